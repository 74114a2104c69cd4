using System.Globalization;
using CsvHelper;

namespace DeepLearningCourse.Training.Display;

/// <summary>A history as CSV: a line an epoch, numbers that read back as they were.</summary>
internal static class HistoryCsv
{
    public static string Of(TrainingHistory history)
    {
        var columns = Columns(history.Epochs);
        using StringWriter text = new(CultureInfo.InvariantCulture);

        using (var writer = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }))
        {
            WriteLine(writer, columns.Select(column => column.Header));

            foreach (var epoch in history.Epochs)
            {
                WriteLine(writer, columns.Select(column => column.Text(epoch)));
            }
        }

        return text.ToString();
    }

    private static void WriteLine(CsvWriter writer, IEnumerable<string> fields)
    {
        foreach (var field in fields)
        {
            writer.WriteField(field);
        }

        writer.EndRecord();
    }

    private static List<(string Header, Func<EpochResult, string> Text)> Columns(IReadOnlyList<EpochResult> epochs)
    {
        List<(string, Func<EpochResult, string>)> columns =
        [
            ("epoch", epoch => Text(epoch.Epoch)),
            ("train_loss", epoch => Text(epoch.TrainLoss)),
            ("validation_loss", epoch => Text(epoch.Validation?.Loss)),
            ("accuracy", epoch => Text(epoch.Validation?.Accuracy)),
        ];
        columns.AddRange(Names(epochs, epoch => epoch.Validation?.Metrics.Keys).Select(Metric));
        columns.AddRange(Names(epochs, epoch => epoch.PhaseLosses.Keys).Select(PhaseLoss));
        columns.AddRange(Names(epochs, epoch => epoch.Values.Keys).Select(Value));
        columns.Add(("gradient_norm", epoch => Text(epoch.GradientNorm)));
        var groups = epochs.Select(epoch => epoch.LearningRates.Count).DefaultIfEmpty(0).Max();
        columns.AddRange(Enumerable.Range(0, Math.Max(1, groups)).Select(group => LearningRate(group, groups)));
        columns.Add(("steps", epoch => Text(epoch.Steps)));
        AddIf(columns, "skipped_steps", epochs, epoch => epoch.SkippedSteps);
        columns.Add(("samples", epoch => Text(epoch.Samples)));
        columns.Add(("seconds", epoch => Text(epoch.Duration.TotalSeconds)));
        columns.Add(("data_seconds", epoch => Text(epoch.Times.Data.TotalSeconds)));
        columns.Add(("forward_seconds", epoch => Text(epoch.Times.Forward.TotalSeconds)));
        columns.Add(("backward_seconds", epoch => Text(epoch.Times.Backward.TotalSeconds)));
        columns.Add(("update_seconds", epoch => Text(epoch.Times.Update.TotalSeconds)));
        columns.Add(("other_seconds", epoch => Text(epoch.Times.Other.TotalSeconds)));
        AddIf(columns, "partial", epochs, epoch => epoch.IsPartial ? 1 : 0);
        return columns;
    }

    /// <summary>A column of what most histories have nothing of.</summary>
    private static void AddIf(List<(string, Func<EpochResult, string>)> columns, string header, IReadOnlyList<EpochResult> epochs, Func<EpochResult, long> count)
    {
        if (epochs.Any(epoch => count(epoch) > 0))
        {
            columns.Add((header, epoch => Text(count(epoch))));
        }
    }

    private static IEnumerable<string> Names(IReadOnlyList<EpochResult> epochs, Func<EpochResult, IEnumerable<string>?> names) =>
        epochs.SelectMany(epoch => names(epoch) ?? []).Distinct();

    // A metric of one of the other columns' names would make two columns of that name.
    private static (string, Func<EpochResult, string>) Metric(string name) => (
        name is "accuracy" or "epoch" or "train_loss" or "validation_loss" ? $"metric_{name}" : name,
        epoch => epoch.Validation is { } validation && validation.Metrics.TryGetValue(name, out var value) ? Text(value) : "");

    private static (string, Func<EpochResult, string>) PhaseLoss(string name) =>
        ($"train_{name}_loss", epoch => epoch.PhaseLosses.TryGetValue(name, out var value) ? Text(value) : "");

    private static (string, Func<EpochResult, string>) Value(string name) =>
        ($"train_{name}", epoch => epoch.Values.TryGetValue(name, out var value) ? Text(value) : "");

    private static (string, Func<EpochResult, string>) LearningRate(int group, int groups) => (
        groups > 1 ? string.Create(CultureInfo.InvariantCulture, $"lr_{group + 1}") : "lr",
        epoch => group < epoch.LearningRates.Count ? Text(epoch.LearningRates[group]) : "");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
