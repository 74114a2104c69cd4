namespace DeepLearningCourse.Models.Diagrams;

/// <summary>How wide a text is at most, for the fonts that stand for sans-serif.</summary>
/// <remarks>Estimated from DejaVu Sans, the widest of them: what is drawn must fit where any font is missing.</remarks>
internal static class TextWidth
{
    /// <summary>The size of the text in boxes and on arrows.</summary>
    public const double Small = 12;

    /// <summary>The size of the names, which are bold.</summary>
    public const double Large = 14;

    public static double Of(string text, double size, bool bold = false) => text.Sum(Em) * size * (bold ? 1.12 : 1);

    /// <summary>The beginning of a text that is too wide.</summary>
    public static string CutEnd(string text, double size, double width)
    {
        var cut = text;

        while (cut.Length > 1 && Of(cut, size) > width)
        {
            cut = string.Concat(cut.TrimEnd('…').AsSpan()[..^1], "…");
        }

        return cut;
    }

    /// <summary>The end of a path that is too wide: the last names say the most.</summary>
    public static string CutStart(string text, double size, double width, bool bold)
    {
        var cut = text;

        while (cut.Length > 1 && Of(cut, size, bold) > width)
        {
            cut = string.Concat("…", cut.TrimStart('…').AsSpan(1));
        }

        return cut;
    }

    private static double Em(char letter) => letter switch
    {
        'i' or 'j' or 'l' or ' ' or '.' or ',' or '\'' => 0.33,
        'f' or 'r' or 't' or '(' or ')' or '[' or ']' or '"' or '-' => 0.42,
        'm' or 'w' or 'M' or 'W' or '@' or '%' or '…' => 1.0,
        '=' or '+' or '→' or '×' => 0.84,
        >= 'A' and <= 'Z' => 0.74,
        > '\u2fff' => 1.1,
        _ => 0.64,
    };
}
