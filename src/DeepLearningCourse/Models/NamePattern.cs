using System.Text.RegularExpressions;

namespace DeepLearningCourse.Models;

/// <summary>A name of a layer or parameter with <c>*</c> for anything: <c>w*.weight</c>, <c>encoder.*</c>.</summary>
internal sealed class NamePattern
{
    private readonly Regex expression;

    public NamePattern(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        Text = pattern;

        // Without backtracking, so that no pattern takes long.
        expression = new Regex(
            $"^{Regex.Escape(pattern).Replace("\\*", "(.*)", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    public string Text { get; }

    public int StarCount => Text.Count(character => character == '*');

    public bool Matches(string name) => expression.IsMatch(name);

    /// <summary>Puts what the stars stand for into the stars of another text; null if the name does not match.</summary>
    public string? Rewrite(string name, string replacement)
    {
        var match = expression.Match(name);

        if (!match.Success)
        {
            return null;
        }

        var parts = replacement.Split('*');
        return string.Concat(parts.Select((part, i) => i == 0 ? part : match.Groups[i].Value + part));
    }

    /// <summary>Those of the entries whose names match, or a sentence with the names that there are.</summary>
    /// <exception cref="ArgumentException">None matches.</exception>
    public static List<(string Name, T Value)> Choose<T>(IEnumerable<(string Name, T Value)> entries, string pattern, string owner)
    {
        var named = new NamePattern(pattern);
        var all = entries.ToList();
        var chosen = all.Where(entry => named.Matches(entry.Name)).ToList();

        return chosen.Count > 0 ? chosen : throw new ArgumentException(
            all.Count == 0
                ? $"'{pattern}' matches nothing, as {owner} has no parameters."
                : $"'{pattern}' matches no parameter of {owner}. It has {NameList.Of(all.Select(entry => entry.Name))}; * stands for anything.",
            nameof(pattern));
    }
}
