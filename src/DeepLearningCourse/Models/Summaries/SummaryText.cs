namespace DeepLearningCourse.Models.Summaries;

/// <summary>A summary as a table of text.</summary>
internal static class SummaryText
{
    public static string Of(NetworkSummary summary)
    {
        var columns = Enumerable.Range(0, SummaryRows.Headers.Length).Where(c => summary.InputShapes.Count > 0 || SummaryRows.Headers[c] is "Layer" or "Parameters" or "Trainable").ToArray();
        var rows = summary.Layers
            .Select((layer, i) => (string[])[Branch(summary.Layers, i) + SummaryRows.Name(summary, layer), .. SummaryRows.Cells(summary, layer)])
            .Prepend(SummaryRows.Headers)
            .Select(row => columns.Select(c => row[c]).ToArray())
            .ToList();
        var (lines, rule) = TextTable.Of(rows, c => SummaryRows.IsNumber(rows[0][c]));
        lines.Insert(1, rule);
        return string.Join('\n', [.. lines, rule, .. SummaryRows.Totals(summary)]);
    }

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
