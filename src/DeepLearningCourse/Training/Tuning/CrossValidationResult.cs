using System.Globalization;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models.Summaries;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>What a cross-validation came to.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class CrossValidationResult : IHasHtml
{
    internal CrossValidationResult(IReadOnlyList<FoldResult> folds)
    {
        Folds = folds;
        Loss = FoldStatistic.Of([.. folds.Select(fold => fold.Evaluation.Loss)]);
        Accuracy = folds.All(fold => fold.Evaluation.Accuracy is not null) ? FoldStatistic.Of([.. folds.Select(fold => fold.Evaluation.Accuracy!.Value)]) : null;
        Metrics = folds[0].Evaluation.Metrics.Keys.Where(name => folds.All(fold => fold.Evaluation.Metrics.ContainsKey(name)))
            .ToDictionary(name => name, name => FoldStatistic.Of([.. folds.Select(fold => fold.Evaluation.Metrics[name])]));
    }

    /// <summary>The folds, in their order.</summary>
    public IReadOnlyList<FoldResult> Folds { get; }

    /// <summary>The validation loss.</summary>
    public FoldStatistic Loss { get; }

    /// <summary>The accuracy on the validation data; null where the evaluations have none.</summary>
    public FoldStatistic? Accuracy { get; }

    /// <summary>The metrics that all folds have, by their names.</summary>
    public IReadOnlyDictionary<string, FoldStatistic> Metrics { get; }

    /// <summary>A figure over the folds.</summary>
    /// <param name="metric">A metric of <see cref="TrainerOptions.Metrics"/>, or another one of the same name: each fold has its own.</param>
    /// <exception cref="KeyNotFoundException">The evaluations do not have it.</exception>
    public FoldStatistic this[Metric metric]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(metric);
            return Metrics.TryGetValue(metric.Name, out var value) ? value : throw new KeyNotFoundException(
                $"The folds have no metric '{metric.Name}'. Put it into the TrainerOptions.Metrics of each fold; there {(Metrics.Count == 0 ? "is none" : $"are {string.Join(", ", Metrics.Keys)}")}.");
        }
    }

    private string[] Headers => ["fold", "epochs", "train loss", "loss", .. Optional("accuracy"), .. Metrics.Keys];

    private string[][] Statistics => [Row("mean", statistic => statistic.Mean), Row("std", statistic => statistic.StandardDeviation)];

    /// <summary>A table with a line for each fold, and the means and standard deviations.</summary>
    public override string ToString()
    {
        var (lines, rule) = TextTable.Of([Headers, .. Folds.Select(Row), .. Statistics], column => column > 0);
        return string.Join('\n', [lines[0], rule, .. lines[1..^2], rule, .. lines[^2..]]);
    }

    /// <summary>The same table for a page or a notebook.</summary>
    /// <returns>A table element of HTML that brings its own style.</returns>
    public string ToHtml() => HtmlTable.Of(Headers, Folds.Select(Row), column => column > 0, Statistics);

    private static string Text(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private string[] Row(FoldResult fold) =>
    [
        fold.Number.ToString(CultureInfo.InvariantCulture),
        fold.History.Epochs.Count(epoch => !epoch.IsPartial).ToString(CultureInfo.InvariantCulture),
        fold.History.Epochs.Count == 0 ? "" : Text(fold.History.TrainLosses[^1]),
        Text(fold.Evaluation.Loss),
        .. Optional(Text(fold.Evaluation.Accuracy ?? double.NaN)),
        .. Metrics.Keys.Select(name => Text(fold.Evaluation.Metrics[name])),
    ];

    private string[] Row(string title, Func<FoldStatistic, double> figure) =>
        [title, "", "", Text(figure(Loss)), .. Optional(Text(figure(Accuracy ?? default))), .. Metrics.Values.Select(statistic => Text(figure(statistic)))];

    private string[] Optional(string accuracy) => Accuracy is null ? [] : [accuracy];
}
