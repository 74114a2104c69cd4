using DeepLearningCourse.Plots.Drawing;
using DeepLearningCourse.Training;
using ScottPlot;

namespace DeepLearningCourse.Plots;

/// <summary>Draws what a training run did.</summary>
/// <example>
/// <code>
/// var history = trainer.Fit(trainLoader, validationLoader);
/// history.Plot().Save("history.png");
/// </code>
/// </example>
public static class HistoryPlots
{
    private const int Width = 720;
    private const int FirstHeight = 420;
    private const int MoreHeight = 300;

    /// <summary>Draws the losses of training and validation with a mark at the smallest validation loss, and below them accuracy and each metric.</summary>
    /// <param name="history">The history.</param>
    /// <param name="texts">The words; null for English.</param>
    /// <exception cref="ArgumentException">The run ended before there was a point to draw.</exception>
    public static Picture Plot(this TrainingHistory history, PlotTexts? texts = null)
    {
        var words = texts ?? PlotTexts.English;
        var (axis, metrics) = (Axis(history), Metrics(history, words));
        return metrics.Count == 0
            ? history.PlotLosses(words)
            : new Picture(Width, (metrics.Count + 1) * MoreHeight, () => [Losses(history, axis, words), .. metrics.Select(metric => Metric(axis, metric, words))]);
    }

    /// <summary>Draws the losses of training and validation with a mark at the smallest validation loss.</summary>
    /// <param name="history">The history.</param>
    /// <param name="texts">The words; null for English.</param>
    /// <exception cref="ArgumentException">The run ended before there was a point to draw.</exception>
    public static Picture PlotLosses(this TrainingHistory history, PlotTexts? texts = null)
    {
        var axis = Axis(history);
        return new Picture(Width, FirstHeight, () => [Losses(history, axis, texts ?? PlotTexts.English)]);
    }

    /// <summary>Draws one metric of the validations.</summary>
    /// <param name="history">The history.</param>
    /// <param name="metric">Its name in <see cref="Evaluation.Metrics"/>, or <c>accuracy</c>.</param>
    /// <param name="texts">The words; null for English.</param>
    /// <exception cref="ArgumentException">No validation has it.</exception>
    public static Picture PlotMetric(this TrainingHistory history, string metric, PlotTexts? texts = null)
    {
        var words = texts ?? PlotTexts.English;
        var (axis, all) = (Axis(history), Metrics(history, words));
        var series = all.FirstOrDefault(one => one.Key == metric) ?? throw new ArgumentException(
            $"No validation of the history has the metric '{metric}'; {(all.Count == 0 ? "there are none" : $"there are {string.Join(", ", all.Select(one => one.Key))}")}.",
            nameof(metric));
        return new Picture(Width, FirstHeight, () => [Metric(axis, series, words, words.Title)]);
    }

    /// <summary>Draws the learning rate of each group at the ends of epochs.</summary>
    /// <param name="history">The history.</param>
    /// <param name="texts">The words; null for English.</param>
    /// <exception cref="ArgumentException">The run ended before its first step.</exception>
    public static Picture PlotLearningRate(this TrainingHistory history, PlotTexts? texts = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        var words = texts ?? PlotTexts.English;
        var groups = history.Epochs.Select(epoch => epoch.LearningRates.Count).DefaultIfEmpty(0).Min();

        if (groups == 0)
        {
            throw new ArgumentException("The history has no epoch with a learning rate.", nameof(history));
        }

        var axis = Axis(history);
        return new Picture(Width, FirstHeight, () => [LearningRates(history, axis, groups, words)]);
    }

    private static Plot Losses(TrainingHistory history, HistoryAxis axis, PlotTexts words)
    {
        List<Series> series = [];

        if (history.Epochs.Count > 0)
        {
            series.Add(new Series(words.Training, [.. history.Epochs.Select(epoch => (axis.Of(epoch), epoch.TrainLoss))]));
        }

        if (history.Validations.Count > 0)
        {
            series.Add(new Series(words.Validation, Points(history, axis, validation => validation.Loss)));
        }

        var plot = CurvePlot.Of(series, XAxis(axis, words), words.Loss, words.Title, isMarked: true);
        CurvePlot.CountOnXAxis(plot);
        MarkBest(plot, history, axis, words);
        return plot;
    }

    private static void MarkBest(Plot plot, TrainingHistory history, HistoryAxis axis, PlotTexts words)
    {
        if (history.Validations.Where(validation => double.IsFinite(validation.Evaluation.Loss)).MinBy(validation => validation.Evaluation.Loss) is not { } best)
        {
            return;
        }

        var mark = plot.Add.Marker(axis.Of(best), best.Evaluation.Loss, MarkerShape.OpenCircle, 18, Colors.Black);
        mark.MarkerLineWidth = 2;
        mark.LegendText = axis.CountsSteps ? FormattableString.Invariant($"{words.Step} {best.Step}") : FormattableString.Invariant($"{words.BestEpoch}: {best.Epoch}");
    }

    private static Plot Metric(HistoryAxis axis, MetricSeries metric, PlotTexts words, string? title = null)
    {
        var plot = CurvePlot.Of([new Series("", metric.Points)], XAxis(axis, words), metric.Name, title, isMarked: true);
        CurvePlot.CountOnXAxis(plot);

        // The second curve of the losses above is the validation's too.
        foreach (var curve in plot.GetPlottables<ScottPlot.Plottables.Scatter>())
        {
            CurveStyle.Apply(curve, 1, metric.Points.Count, isMarked: true);
        }

        return plot;
    }

    private static Plot LearningRates(TrainingHistory history, HistoryAxis axis, int groups, PlotTexts words)
    {
        var series = Enumerable.Range(0, groups).Select(group => new Series(
            groups == 1 ? "" : FormattableString.Invariant($"{words.Group} {group}"),
            [.. history.Epochs.Select(epoch => (axis.Of(epoch), epoch.LearningRates[group]))]));
        var plot = CurvePlot.Of([.. series], XAxis(axis, words), words.LearningRate, words.Title, isMarked: true);
        CurvePlot.CountOnXAxis(plot);
        return plot;
    }

    private static List<MetricSeries> Metrics(TrainingHistory history, PlotTexts words)
    {
        const string Accuracy = "accuracy";
        HistoryAxis axis = new(history);
        List<MetricSeries> all =
            [.. history.Validations.SelectMany(validation => validation.Evaluation.Metrics.Keys).Distinct().Select(name => new MetricSeries(
                name, name, Points(history, axis, evaluation => evaluation.Metrics.TryGetValue(name, out var value) ? value : double.NaN)))];

        if (history.Validations.Any(validation => validation.Evaluation.Accuracy is not null) && all.TrueForAll(one => one.Key != Accuracy))
        {
            all.Insert(0, new MetricSeries(Accuracy, words.Accuracy, Points(history, axis, evaluation => evaluation.Accuracy ?? double.NaN)));
        }

        return all;
    }

    private static List<(double X, double Y)> Points(TrainingHistory history, HistoryAxis axis, Func<Evaluation, double> value) =>
        [.. history.Validations.Select(validation => (axis.Of(validation), value(validation.Evaluation)))];

    private static string XAxis(HistoryAxis axis, PlotTexts words) => axis.CountsSteps ? words.Step : words.Epoch;

    private static HistoryAxis Axis(TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history.Epochs.Count > 0 || history.Validations.Count > 0 ? new HistoryAxis(history)
            : throw new ArgumentException("The history has no epoch and no validation: there is nothing to draw.", nameof(history));
    }

    private sealed record MetricSeries(string Key, string Name, IReadOnlyList<(double X, double Y)> Points);
}
