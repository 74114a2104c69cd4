using DeepLearningCourse.Plots.Drawing;
using ScottPlot;

namespace DeepLearningCourse.Plots;

/// <summary>Draws the curves of classifiers over all thresholds.</summary>
/// <example>
/// <code>
/// new[] { new Curve("network", points), new Curve("baseline", others) }.PlotRoc().Save("roc.png");
/// </code>
/// </example>
public static class CurvePlots
{
    private const int Side = 480;

    /// <summary>Draws ROC curves, with the line of guessing.</summary>
    /// <param name="curves">Points (false positive rate, true positive rate), from (0, 0) to (1, 1).</param>
    /// <param name="texts">The words; null for English.</param>
    /// <exception cref="ArgumentException">There is no curve, or one has no points, or a number lies outside 0 to 1.</exception>
    public static Picture PlotRoc(this IReadOnlyList<Curve> curves, PlotTexts? texts = null)
    {
        Require(curves);
        var words = texts ?? PlotTexts.English;
        return new Picture(Side, Side, () =>
        {
            var plot = Plot(curves, words.FalsePositiveRate, words.TruePositiveRate, words, Alignment.LowerRight);
            var chance = plot.Add.Line(0, 0, 1, 1);
            (chance.LegendText, chance.LineColor, chance.LineWidth, chance.LinePattern) = (words.Chance, new Color("#808080"), 1, LinePattern.Solid);
            return [plot];
        });
    }

    /// <summary>Draws a ROC curve without a name.</summary>
    /// <param name="points">Points (false positive rate, true positive rate), from (0, 0) to (1, 1).</param>
    /// <exception cref="ArgumentException">There are no points, or a number lies outside 0 to 1.</exception>
    public static Picture PlotRoc(this IReadOnlyList<(double X, double Y)> points) => new[] { new Curve("", points) }.PlotRoc(null);

    /// <summary>Draws precision-recall curves, in steps: between two thresholds a classifier has no other precision.</summary>
    /// <param name="curves">Points (recall, precision), by recall.</param>
    /// <param name="texts">The words; null for English.</param>
    /// <exception cref="ArgumentException">There is no curve, or one has no points, or a number lies outside 0 to 1.</exception>
    public static Picture PlotPrecisionRecall(this IReadOnlyList<Curve> curves, PlotTexts? texts = null)
    {
        Require(curves);
        var words = texts ?? PlotTexts.English;
        return new Picture(Side, Side, () =>
        {
            var plot = Plot(curves, words.Recall, words.Precision, words, Alignment.LowerLeft);

            foreach (var curve in plot.GetPlottables<ScottPlot.Plottables.Scatter>())
            {
                curve.ConnectStyle = ConnectStyle.StepVertical;
            }

            return [plot];
        });
    }

    /// <summary>Draws a precision-recall curve without a name.</summary>
    /// <param name="points">Points (recall, precision), by recall.</param>
    /// <exception cref="ArgumentException">There are no points, or a number lies outside 0 to 1.</exception>
    public static Picture PlotPrecisionRecall(this IReadOnlyList<(double X, double Y)> points) => new[] { new Curve("", points) }.PlotPrecisionRecall(null);

    private static Plot Plot(IReadOnlyList<Curve> curves, string xAxis, string yAxis, PlotTexts words, Alignment legend)
    {
        var plot = CurvePlot.Of([.. curves.Select(curve => new Series(curve.Name, curve.Points))], xAxis, yAxis, words.Title, isMarked: false);
        CurvePlot.UnitSquare(plot);
        CurvePlot.ShowLegend(plot, legend);
        return plot;
    }

    private static void Require(IReadOnlyList<Curve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);

        if (curves.Count == 0)
        {
            throw new ArgumentException("There is no curve to draw.", nameof(curves));
        }

        foreach (var curve in curves)
        {
            ArgumentNullException.ThrowIfNull(curve, nameof(curves));
            ArgumentNullException.ThrowIfNull(curve.Points, nameof(curves));
            Require(curve);
        }
    }

    private static void Require(Curve curve)
    {
        var name = curve.Name.Length == 0 ? "The curve" : $"The curve '{curve.Name}'";

        if (curve.Points.Count == 0)
        {
            throw new ArgumentException($"{name} has no points.", nameof(curve));
        }

        foreach (var (x, y) in curve.Points)
        {
            if (x is < 0 or > 1 || y is < 0 or > 1)
            {
                throw new ArgumentException(FormattableString.Invariant($"{name} has the point ({x}, {y}): both are shares, from 0 to 1."), nameof(curve));
            }
        }
    }
}
