using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Printing;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>What a weight file holds, as a table of text or HTML.</summary>
internal static class WeightTable
{
    // A preprocessor's JSON may be long.
    private const int MostText = 200;

    private static readonly string[] Headers = ["Key", "Shape", "Type", "Numbers"];

    public static string Text(WeightFile file)
    {
        var (lines, rule) = TextTable.Of([Headers, .. Rows(file), Total(file)], IsNumber);
        lines.Insert(1, rule);
        lines.Insert(lines.Count - 1, rule);
        return string.Join('\n', lines);
    }

    public static string Html(WeightFile file)
    {
        var metadata = file.Metadata.Count == 0 ? "" : HtmlTable.Of(["Metadata", ""], file.Metadata.Select(entry => new[] { entry.Key, Short(entry.Value) }), _ => false) + "\n";
        return $"<div>\n{HtmlTable.Of(Headers, Rows(file), IsNumber, [Total(file)])}\n{metadata}</div>";
    }

    private static bool IsNumber(int column) => column == 3;

    private static IEnumerable<string[]> Rows(WeightFile file) => file.Weights.Select(entry => new[]
    {
        entry.Key, Shapes.Text([.. entry.Value.Shape]), PythonText.Names(entry.Value.Dtype).Type["torch.".Length..], Number(Count(entry.Value)),
    });

    private static string[] Total(WeightFile file) =>
        [string.Create(CultureInfo.InvariantCulture, $"{file.Weights.Count} tensors"), "", "", Number(file.Weights.Values.Sum(Count))];

    private static long Count(WeightInfo weight) => weight.Shape.Aggregate(1L, (product, size) => product * size);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Short(string text) => text.Length <= MostText ? text : text[..MostText] + " …";
}
