namespace DeepLearningCourse.Models.Summaries;

/// <summary>Rows of cells as lines of text for a font of fixed width.</summary>
internal static class TextTable
{
    /// <summary>The lines, and the rule that goes between them.</summary>
    /// <param name="rows">The rows, the headers first, all of one length.</param>
    /// <param name="isNumber">Whether a column stands on the right.</param>
    public static (List<string> Lines, string Rule) Of(IReadOnlyList<string[]> rows, Func<int, bool> isNumber)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var lines = rows.Select(row => string.Join("  ", row.Select((cell, c) => isNumber(c) ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        return ([.. lines], new string('─', widths.Sum() + (2 * (widths.Length - 1))));
    }
}
