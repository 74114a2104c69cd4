using System.Globalization;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>The options of a schedule as texts, to be kept in its state and compared with those it is restored to.</summary>
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

    private static string Text(object? value) => value switch
    {
        null => "none",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IEnumerable<double> numbers => $"[{string.Join(", ", numbers.Select(number => Text(number)))}]",
        IEnumerable<long> numbers => $"[{string.Join(", ", numbers)}]",
        bool flag => flag ? "true" : "false",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
