using System.Text;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>A summary as a table of text.</summary>
internal static class SummaryText
{
    public static string Of(NetworkSummary summary)
    {
        var rows = summary.Layers
            .Select((layer, i) => (string[])[Branch(summary.Layers, i) + SummaryRows.Name(summary, layer), .. SummaryRows.Cells(summary, layer)])
            .Prepend(SummaryRows.Headers)
            .ToList();
        var columns = Enumerable.Range(0, SummaryRows.Headers.Length).Where(c => summary.InputShapes.Count > 0 || SummaryRows.Headers[c] is "Layer" or "Parameters" or "Trainable").ToArray();
        var widths = columns.ToDictionary(c => c, c => rows.Max(row => row[c].Length));
        var line = new string('─', widths.Values.Sum() + (2 * (columns.Length - 1)));
        var text = new StringBuilder();

        for (var i = 0; i < rows.Count; i++)
        {
            text.AppendJoin("  ", columns.Select(c => IsNumber(c) ? rows[i][c].PadLeft(widths[c]) : rows[i][c].PadRight(widths[c])));
            text.Length -= text.ToString().Length - text.ToString().TrimEnd().Length;
            text.Append('\n');

            if (i == 0 || i == rows.Count - 1)
            {
                text.Append(line).Append('\n');
            }
        }

        return text.AppendJoin('\n', SummaryRows.Totals(summary)).ToString();
    }

    private static bool IsNumber(int column) => SummaryRows.Headers[column] is "Parameters" or "Multiply-adds" or "Memory";

    /// <summary>The lines of a tree in front of a layer.</summary>
    private static string Branch(IReadOnlyList<LayerSummary> layers, int index)
    {
        var depth = layers[index].Depth;
        var text = "";

        for (var level = 1; level <= depth; level++)
        {
            var goesOn = layers.Skip(index + 1).TakeWhile(later => later.Depth >= level).Any(later => later.Depth == level);
            text += (level == depth, goesOn) switch
            {
                (true, true) => "├─",
                (true, false) => "└─",
                (false, true) => "│ ",
                _ => "  ",
            };
        }

        return text;
    }
}
