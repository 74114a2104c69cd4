using System.Collections.ObjectModel;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Runtime.Display;
using DeepLearningCourse.Training.Display;

namespace DeepLearningCourse.Training;

/// <summary>How well a network does on some data.</summary>
/// <param name="Loss">The mean loss, as the criterion would give it for all samples in one batch: samples weigh as much as their classes do, and targets that are
/// ignored nothing. Of a criterion with <c>reduction: sum</c>, the sum divided by the samples.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="ConfusionMatrix">Predicted against true classes, at a threshold of 0.5 for a binary answer; null where the
/// criterion is for regression, the answer has several yes-or-no questions, or the targets are probabilities of a binary answer.
/// Targets that the criterion passes over (its <c>ignore_index</c>) are not counted; class probabilities count as their largest.</param>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed record Evaluation(double Loss, long Samples, ConfusionMatrix? ConfusionMatrix) : IHasHtml
{
    /// <summary>The share of samples predicted right, 0 to 1; null where there is no confusion matrix.</summary>
    public double? Accuracy => ConfusionMatrix?.Accuracy;

    /// <summary>The values of <see cref="TrainerOptions.Metrics"/> by their names, in their order.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The value of a metric.</summary>
    /// <param name="metric">One of <see cref="TrainerOptions.Metrics"/>.</param>
    /// <exception cref="KeyNotFoundException">It is none of them.</exception>
    public double this[Metric metric]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(metric);
            return Metrics.TryGetValue(metric.Name, out var value) ? value : throw new KeyNotFoundException(
                $"The evaluation has no metric '{metric.Name}'. Put it into TrainerOptions.Metrics; there {(Metrics.Count == 0 ? "is none" : $"are {string.Join(", ", Metrics.Keys)}")}.");
        }
    }

    /// <summary>Loss, accuracy and metrics as a table, and the confusion matrix below it, for a page or a notebook.</summary>
    /// <returns>HTML that brings its own style: a table, or two in a div element.</returns>
    public string ToHtml()
    {
        var figures = Figures.Of(this).Prepend(("loss", Loss)).ToList();
        var table = HtmlTable.Of(
            [.. figures.Select(figure => figure.Item1), "samples"], [[.. figures.Select(figure => Figures.Number(figure.Item2)), Figures.Count(Samples)]], _ => true);
        return ConfusionMatrix is null ? table : $"<div>\n{table}\n{ConfusionMatrix.ToHtml()}\n</div>";
    }
}
