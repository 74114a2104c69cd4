namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>Jupyter counts a cursor's position in Unicode's code points, .NET in UTF-16 units: an emoji is one of the former and two of the latter.</summary>
internal static class CodePoints
{
    /// <summary>The position in UTF-16 units; a position outside the text is at its nearer end.</summary>
    public static int ToUtf16(string text, int codePoints)
    {
        var units = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (codePoints-- <= 0)
            {
                return units;
            }

            units += rune.Utf16SequenceLength;
        }

        return Math.Min(units, text.Length);
    }

    /// <summary>The position in code points.</summary>
    public static int FromUtf16(string text, int units)
    {
        var codePoints = 0;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            at += rune.Utf16SequenceLength;
            if (at > units)
            {
                return codePoints;
            }

            codePoints++;
        }

        return codePoints;
    }
}
