using System.Globalization;
using DeepLearningCourse.Models.Summaries;

namespace DeepLearningCourse.Training.Display;

/// <summary>Epochs as a table: the columns that have something to say.</summary>
internal static class EpochTable
{
    private const int Gap = 2;

    /// <summary>The columns for these epochs.</summary>
    /// <param name="epochs">All epochs.</param>
    /// <param name="withLearningRate">Whether the learning rate has a column though it stays the same.</param>
    public static IReadOnlyList<EpochColumn> Columns(IReadOnlyList<EpochResult> epochs, bool withLearningRate = false)
    {
        List<EpochColumn> columns =
        [
            new("epoch", 0, epoch => string.Create(CultureInfo.InvariantCulture, $"{epoch.Epoch}{(epoch.IsPartial ? " (partial)" : "")}")),
            new("train loss", 0, epoch => Figures.Number(epoch.TrainLoss)),
        ];
        var names = epochs.SelectMany(Figures.Of).Select(figure => figure.Name).Distinct().ToList();
        columns.AddRange(names.Select((name, place) => new EpochColumn(name, place == 0 ? 1 : 4 + place, epoch => Figure(epoch, name))));

        if (epochs.Any(epoch => epoch.GradientNorm is not null))
        {
            columns.Add(new("gradient norm", int.MaxValue, epoch => epoch.GradientNorm is { } norm ? Figures.Number(norm) : ""));
        }

        if (withLearningRate || epochs.Select(FirstRate).Distinct().Skip(1).Any())
        {
            columns.Add(new("lr", 3, epoch => FirstRate(epoch) is { } rate ? Figures.LearningRate(rate) : ""));
        }

        if (epochs.Any(epoch => epoch.SkippedSteps > 0))
        {
            columns.Add(new("skipped steps", int.MaxValue - 1, epoch => Figures.Count(epoch.SkippedSteps)));
        }

        columns.Add(new("time", 2, epoch => Figures.Time(epoch.Duration)));
        return columns;
    }

    /// <summary>As many columns as a width has room for.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="epochs">The epochs that are shown.</param>
    /// <param name="width">The width, in characters.</param>
    public static IReadOnlyList<EpochColumn> Fit(IReadOnlyList<EpochColumn> columns, IReadOnlyList<EpochResult> epochs, int width)
    {
        List<EpochColumn> kept = [.. columns];

        while (kept.Count > 2 && Widths(kept, epochs) is var widths && widths.Sum() + (Gap * (widths.Count - 1)) > width)
        {
            _ = kept.Remove(kept.Skip(1).Reverse().MaxBy(column => column.Rank)!);
        }

        return kept;
    }

    /// <summary>How wide each column is.</summary>
    public static IReadOnlyList<int> Widths(IReadOnlyList<EpochColumn> columns, IReadOnlyList<EpochResult> epochs) =>
        [.. columns.Select(column => epochs.Select(epoch => column.Text(epoch).Length).Append(column.Header.Length).Max())];

    public static string Text(IReadOnlyList<EpochResult> epochs)
    {
        var (lines, rule) = TextTable.Of(Rows(epochs), _ => true);
        lines.Insert(1, rule);
        return string.Join('\n', lines);
    }

    private static List<string[]> Rows(IReadOnlyList<EpochResult> epochs)
    {
        var columns = Columns(epochs);
        return [[.. columns.Select(column => column.Header)], .. epochs.Select(epoch => columns.Select(column => column.Text(epoch)).ToArray())];
    }

    private static string Figure(EpochResult epoch, string name) =>
        Figures.Of(epoch).Where(figure => figure.Name == name).Select(figure => Figures.Number(figure.Value)).FirstOrDefault() ?? "";

    private static double? FirstRate(EpochResult epoch) => epoch.LearningRates.Count > 0 ? epoch.LearningRates[0] : null;
}
