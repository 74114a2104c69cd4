using System.Globalization;
using System.Runtime.CompilerServices;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>The options of a schedule or an optimizer as texts, to be kept in a state and compared with those it is restored to.</summary>
internal static class OptionTexts
{
    public static Dictionary<string, string> Of(ReadOnlySpan<(string Name, object? Value)> options)
    {
        Dictionary<string, string> texts = new(options.Length);

        foreach (var (name, value) in options)
        {
            texts[name] = Text(value);
        }

        return texts;
    }

    /// <summary>A value as text that is the same in every culture.</summary>
    public static string Text(object? value) => value switch
    {
        null => "none",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IEnumerable<double> numbers => $"[{string.Join(", ", numbers.Select(number => Text(number)))}]",
        IEnumerable<long> numbers => $"[{string.Join(", ", numbers)}]",
        bool flag => flag ? "true" : "false",
        ITuple values => $"({string.Join(", ", Enumerable.Range(0, values.Length).Select(i => Text(values[i])))})",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
