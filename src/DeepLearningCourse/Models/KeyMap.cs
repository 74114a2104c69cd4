using System.Collections;

namespace DeepLearningCourse.Models;

/// <summary>How the keys of weights that were made elsewhere become the names of a network's parameters.</summary>
/// <remarks>The first rule that fits a key renames it; a key that no rule fits stays as it is.</remarks>
/// <example>
/// <code>
/// model.LoadWeights("pretrained.pt", keys: new KeyMap
/// {
///     { "module.fc1.*", "w1.*" },           // module.fc1.weight becomes w1.weight
///     { "*.num_batches_tracked", null },    // is left out
/// });
/// </code>
/// </example>
public sealed class KeyMap : IEnumerable<KeyValuePair<string, string?>>
{
    private readonly List<(NamePattern Pattern, string? Replacement)> rules = [];

    /// <summary>Adds a rule.</summary>
    /// <param name="pattern">A key of the file, with <c>*</c> for anything.</param>
    /// <param name="replacement">The network's name, whose <c>*</c> take what those of the pattern stand for, in their order; null to leave such keys out.</param>
    /// <exception cref="ArgumentException">The replacement has more <c>*</c> than the pattern.</exception>
    public void Add(string pattern, string? replacement)
    {
        var named = new NamePattern(pattern);

        if (replacement?.Count(character => character == '*') > named.StarCount)
        {
            throw new ArgumentException($"'{replacement}' has more * than '{pattern}': each needs one to take its text from.", nameof(replacement));
        }

        rules.Add((named, replacement));
    }

    /// <summary>The rules, as they were added.</summary>
    /// <returns>Patterns and replacements.</returns>
    public IEnumerator<KeyValuePair<string, string?>> GetEnumerator() =>
        rules.Select(rule => KeyValuePair.Create(rule.Pattern.Text, rule.Replacement)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The file's key of each name.</summary>
    /// <exception cref="ArgumentException">Two keys get one name.</exception>
    internal Dictionary<string, string> Apply(IEnumerable<string> keys)
    {
        Dictionary<string, string> names = [];

        foreach (var key in keys)
        {
            if (Rename(key) is { } name && !names.TryAdd(name, key))
            {
                throw new ArgumentException($"The key map gives '{names[name]}' and '{key}' the same name, '{name}'. Make the patterns tell them apart.");
            }
        }

        return names;
    }

    private string? Rename(string key)
    {
        foreach (var (pattern, replacement) in rules)
        {
            if (pattern.Matches(key))
            {
                return replacement is null ? null : pattern.Rewrite(key, replacement);
            }
        }

        return key;
    }
}
