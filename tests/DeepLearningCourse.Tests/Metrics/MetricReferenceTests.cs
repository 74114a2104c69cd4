using DeepLearningCourse.Metrics;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Metrics;

/// <summary>Metrics over uneven batches against scikit-learn's over all samples; the numbers come from Reference/make_metrics.py.</summary>
public sealed class MetricReferenceTests : TensorTest
{
    private static readonly Dictionary<string, Func<Metric>> OneNumber = new()
    {
        ["accuracy"] = () => new Accuracy(),
        ["per_label"] = () => new Accuracy(perLabel: true),
        ["top_2"] = () => new Accuracy(topK: 2),
        ["top_3"] = () => new Accuracy(topK: 3),
        ["top_4"] = () => new Accuracy(topK: 4),
        ["balanced_accuracy"] = () => new BalancedAccuracy(),
        ["cohen_kappa"] = () => new CohenKappa(),
        ["matthews_corrcoef"] = () => new MatthewsCorrelation(),
        ["roc_auc"] = () => new RocAuc(),
        ["average_precision"] = () => new AveragePrecision(),
        ["log_loss"] = () => new LogLoss(),
        ["perplexity"] = () => new Perplexity(),
        ["mse"] = () => new MeanSquaredError(),
        ["mae"] = () => new MeanAbsoluteError(),
        ["rmse"] = () => new RootMeanSquaredError(),
        ["r2"] = () => new R2Score(),
    };

    private static readonly Dictionary<string, Func<Averaging, Metric>> Averaged = new()
    {
        ["precision"] = average => new PrecisionScore(average),
        ["recall"] = average => new RecallScore(average),
        ["f1"] = average => new F1Score(average),
        ["roc_auc"] = average => new RocAuc(average),
        ["average_precision"] = average => new AveragePrecision(average),
    };

    private static IEnumerable<RecordedPredictions> All =>
        [.. RecordedPredictions.Binary, .. RecordedPredictions.Multiclass, .. RecordedPredictions.Multilabel, .. RecordedPredictions.Regression];

    [TestCaseSource(nameof(All))]
    public void Scores_are_those_of_scikit_learn(RecordedPredictions recorded)
    {
        var compared = 0;
        foreach (var (name, make) in OneNumber)
        {
            if (recorded.Number("scores", name) is { } expected)
            {
                Assert.That(recorded.Value(make()), Is.EqualTo(expected).Within(1e-9).Percent.Or.EqualTo(expected).Within(1e-12), name);
                compared++;
            }
        }

        Assert.That(compared, Is.GreaterThanOrEqualTo(2));
    }

    [TestCaseSource(nameof(All))]
    public void Averages_are_those_of_scikit_learn(RecordedPredictions recorded)
    {
        foreach (var (name, make) in Averaged)
        {
            foreach (var average in Enum.GetValues<Averaging>())
            {
                if (recorded.Number("averages", name, $"{average}".ToLowerInvariant()) is { } expected)
                {
                    Assert.That(recorded.Value(make(average)), Is.EqualTo(expected).Within(1e-12), $"{name} {average}");
                }
            }
        }
    }

    [TestCaseSource(typeof(RecordedPredictions), nameof(RecordedPredictions.Binary))]
    [TestCaseSource(typeof(RecordedPredictions), nameof(RecordedPredictions.Multiclass))]
    public void The_log_loss_of_float32_clips_where_scikit_learn_does(RecordedPredictions recorded) =>
        Assert.That(recorded.Value(new LogLoss(), ScalarType.Float32), Is.EqualTo(recorded.Number("scores", "log_loss32")).Within(1e-3).Percent);

    [TestCaseSource(typeof(RecordedPredictions), nameof(RecordedPredictions.Binary))]
    public void The_points_of_curves_are_those_of_scikit_learn(RecordedPredictions recorded)
    {
        RocAuc area = new();
        AveragePrecision precision = new();
        recorded.AddTo(area);
        recorded.AddTo(precision);
        var (roc, pr) = (area.Curve(), precision.Curve());

        Assert.That(roc.FalsePositiveRates, Is.EqualTo(recorded.Numbers("roc", "fpr")).Within(1e-12));
        Assert.That(roc.TruePositiveRates, Is.EqualTo(recorded.Numbers("roc", "tpr")).Within(1e-12));
        Assert.That(roc.Thresholds, Is.EqualTo(recorded.Numbers("roc", "thresholds").Prepend(double.PositiveInfinity)));
        Assert.That(pr.Precisions, Is.EqualTo(recorded.Numbers("pr", "precision")).Within(1e-12));
        Assert.That(pr.Recalls, Is.EqualTo(recorded.Numbers("pr", "recall")).Within(1e-12));
        Assert.That(pr.Thresholds, Is.EqualTo(recorded.Numbers("pr", "thresholds")));
    }

    [TestCaseSource(typeof(RecordedPredictions), nameof(RecordedPredictions.Multiclass))]
    public void Counts_of_classes_are_those_of_scikit_learn(RecordedPredictions recorded)
    {
        var perClass = recorded.Numbers("f1_per_class");
        var classes = perClass.Length;
        ConfusionMatrixMetric confusion = new(classes);
        F1Score f1 = new(Averaging.Macro);
        recorded.AddTo(confusion);
        recorded.AddTo(f1);

        Assert.That(
            Enumerable.Range(0, classes * classes).Select(i => confusion.Matrix[i / classes, i % classes]),
            Is.EqualTo(recorded.Numbers("confusion").Select(count => (long)count)));
        Assert.That(confusion.Value, Is.EqualTo(recorded.Number("scores", "accuracy")).Within(1e-12));
        Assert.That(f1.PerClass, Is.EqualTo(perClass).Within(1e-12));
    }

    [TestCaseSource(typeof(RecordedPredictions), nameof(RecordedPredictions.Regression))]
    public void R2_of_each_output_is_that_of_scikit_learn(RecordedPredictions recorded)
    {
        R2Score r2 = new();
        recorded.AddTo(r2);

        Assert.That(r2.PerOutput, Is.EqualTo(recorded.Numbers("r2_per_output")).Within(1e-9).Percent);
    }

    [TestCaseSource(typeof(RecordedPredictions), nameof(RecordedPredictions.Multiclass))]
    public void Class_numbers_count_as_the_scores_they_come_from(RecordedPredictions recorded)
    {
        var (scores, targets) = recorded.Batch(0, recorded.Samples, ScalarType.Float64, ScalarType.Int64);
        Metric[] metrics = [new Accuracy(), new F1Score(Averaging.Macro), new BalancedAccuracy(), new CohenKappa(), new MatthewsCorrelation(), new RecallScore(Averaging.Weighted)];
        foreach (var metric in metrics)
        {
            metric.Add(scores, targets);
            var fromScores = metric.Value;
            metric.Reset();
            metric.Add(scores.argmax(1), targets);

            Assert.That(metric.Value, Is.EqualTo(fromScores), metric.Name);
        }
    }
}
