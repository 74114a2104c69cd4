using System.Globalization;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>The cells of a summary's table, the same for the console and for a page.</summary>
internal static class SummaryRows
{
    public static readonly string[] Headers = ["Layer", "Input", "Output", "Parameters", "Trainable", "Multiply-adds", "Memory"];

    /// <summary>Whether the column under a header stands on the right.</summary>
    public static bool IsNumber(string header) => header is "Parameters" or "Multiply-adds" or "Memory";

    public static string[] Cells(NetworkSummary summary, LayerSummary layer) =>
    [
        Shapes(layer.InputShapes, layer),
        Shapes(layer.OutputShapes, layer),
        layer.SharedWith is not null ? $"in {layer.SharedWith}" : Number(layer.ParameterCount),
        Trainable(layer),
        layer.Calls == 0 || layer.MultiplyAdds == 0 ? "-" : Number(layer.MultiplyAdds),
        Share(summary, layer),
    ];

    public static string Name(NetworkSummary summary, LayerSummary layer)
    {
        var name = layer.Depth == 0 ? layer.Kind : $"{layer.Path[(layer.Path.LastIndexOf('.') + 1)..]} ({layer.Kind})";
        return layer.Calls > 1 && summary.InputShapes.Count > 0 ? $"{name} x{layer.Calls}" : name;
    }

    public static string[] Totals(NetworkSummary summary)
    {
        List<string> lines =
        [
            $"Parameters: {Number(summary.ParameterCount)} ({Number(summary.TrainableCount)} trainable, {Number(summary.FrozenCount)} frozen)",
        ];

        if (summary.InputShapes.Count > 0)
        {
            lines.Add($"Multiply-adds: {Number(summary.MultiplyAdds)}");
            lines.Add($"Memory: {Bytes(summary.TotalBytes)} (input {Bytes(summary.InputBytes)}, parameters {Bytes(summary.ParameterBytes)}, outputs {Bytes(summary.OutputBytes)})");
        }

        return [.. lines];
    }

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => $"{Number(bytes)} B",
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:N1} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N1} GB"),
    };

    private static string Shapes(IReadOnlyList<IReadOnlyList<long>> shapes, LayerSummary layer) =>
        shapes.Count > 0 ? string.Join(", ", shapes.Select(shape => Data.Shapes.Text([.. shape]))) : layer.Calls > 0 ? "none" : "-";

    private static string Trainable(LayerSummary layer) =>
        layer.ParameterCount == 0 ? "-"
        : layer.TrainableCount == layer.ParameterCount ? "yes"
        : layer.TrainableCount == 0 ? "no"
        : "partly";

    private static string Share(NetworkSummary summary, LayerSummary layer) =>
        summary.TotalBytes == 0 || layer.SharedWith is not null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * layer.Bytes / summary.TotalBytes:F1} %");
}
