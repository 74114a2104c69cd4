using System.Globalization;
using DeepLearningCourse.Models.Summaries;
using DeepLearningCourse.Runtime.Display;
using DeepLearningCourse.Training.Display;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>What <see cref="Trainer{TBatch}.FindLearningRate"/> found: the loss at each learning rate, and rates to train with.</summary>
/// <remarks>
/// The suggestions leave out the first tenth of the rates and the last 5 losses, as fastai's do. They agree within a factor of ten or so where the curve is a good one:
/// flat, then falling, then growing. Look at the curve (<see cref="Rates"/> on a logarithmic axis, <see cref="SmoothedLosses"/>) where they do not.
/// </remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class LearningRateFinding : IHasHtml
{
    private const int RowsShown = 20;

    internal LearningRateFinding(IReadOnlyList<LearningRatePoint> points, int steps, bool diverged)
    {
        (Points, Diverged) = ([.. points], diverged);
        var counted = RateSuggestions.Counted(points, steps);
        (Suggestion, Valley, MinimumTenth) = (RateSuggestions.Steepest(counted), RateSuggestions.Valley(counted), RateSuggestions.MinimumTenth(counted));
    }

    /// <summary>The steps, in their order.</summary>
    public IReadOnlyList<LearningRatePoint> Points { get; }

    /// <summary>The learning rates, ascending.</summary>
    public IReadOnlyList<double> Rates => [.. Points.Select(point => point.Rate)];

    /// <summary>The loss at each rate.</summary>
    public IReadOnlyList<double> Losses => [.. Points.Select(point => point.Loss)];

    /// <summary>The smoothed loss at each rate: fastai's exponential mean, corrected for its beginning.</summary>
    public IReadOnlyList<double> SmoothedLosses => [.. Points.Select(point => point.SmoothedLoss)];

    /// <summary>The rate at which the loss falls fastest; null if it nowhere falls, or the loss diverged after too few rates.</summary>
    public double? Suggestion { get; }

    /// <summary>The rate in the middle of the longest descent, which is fastai's default; null where <see cref="Suggestion"/> is.</summary>
    public double? Valley { get; }

    /// <summary>A tenth of the rate with the smallest loss; null if the loss diverged after too few rates.</summary>
    public double? MinimumTenth { get; }

    /// <summary>Whether the test ended early, because the loss grew too large or was no number any more.</summary>
    public bool Diverged { get; }

    private static string[] Headers => ["rate", "loss", "smoothed"];

    /// <summary>The curve as a table of some of its points, and the suggestions.</summary>
    public override string ToString() => string.Join('\n', [.. TextTable.Of([Headers, .. Rows()], _ => true).Lines, .. Conclusions()]);

    /// <summary>The curve and the suggestions for a page or a notebook, and the table to open.</summary>
    /// <returns>HTML that brings its own style: a div element.</returns>
    public string ToHtml()
    {
        var curve = InlineCurve.Of(
            "learning rate",
            [CurveLine.Second("loss", [.. Points.Select(point => (point.Rate, point.Loss))]), CurveLine.First("smoothed loss", [.. Points.Select(point => (point.Rate, point.SmoothedLoss))])],
            logarithmic: true);
        return $"<div>\n{curve}\n{string.Concat(Conclusions().Select(HtmlText.Paragraph))}\n"
            + $"<details><summary>{Points.Count} rates</summary>\n{HtmlTable.Of(Headers, Rows(), _ => true)}\n</details>\n</div>";
    }

    // As many steps between rows as leave no more than the rows that are shown; the last one is always there.
    private IEnumerable<string[]> Rows()
    {
        var every = Math.Max(1, (Points.Count + RowsShown - 1) / RowsShown);
        return Points.Where((_, i) => (Points.Count - 1 - i) % every == 0).Select(point => new[] { Rate(point.Rate), Loss(point.Loss), Loss(point.SmoothedLoss) });
    }

    private IEnumerable<string> Conclusions()
    {
        if (Diverged)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The loss diverged after {Points.Count} rates.");
        }

        yield return Suggestion is { } steepest
            ? $"Steepest descent {Rate(steepest)}, valley {Rate(Valley)}, a tenth of the minimum's {Rate(MinimumTenth)}."
            : "There is no suggestion: the loss does not fall between the first tenth of the rates and the last 5. Begin with a smaller min, take more steps, or look at "
                + "the data.";
    }

    private static string Rate(double? rate) => rate?.ToString("0.00E+0", CultureInfo.InvariantCulture) ?? "none";

    private static string Loss(double loss) => loss.ToString("0.0000", CultureInfo.InvariantCulture);
}
