using DeepLearningCourse.Metrics;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Metrics;

/// <summary>What holds for every metric: batches, shards, states, and what happens to the tensors.</summary>
public sealed class MetricLifeTests : TensorTest
{
    private static IEnumerable<TestCaseData> All =>
    [
        .. Cases(RecordedPredictions.Binary.First(), Yes),
        .. Cases(RecordedPredictions.Multiclass.First(), Classes),
        .. Cases(RecordedPredictions.Multilabel.First(), Labels),
        .. Cases(RecordedPredictions.Regression.ElementAt(1), Values),
        .. Cases(RecordedPredictions.Regression.ElementAt(2), Values),
    ];

    private static readonly Func<Metric>[] Yes =
    [
        () => new Accuracy(), () => new PrecisionScore(), () => new RecallScore(), () => new F1Score(), () => new BalancedAccuracy(),
        () => new CohenKappa(), () => new MatthewsCorrelation(), () => new ConfusionMatrixMetric(2), () => new RocAuc(),
        () => new AveragePrecision(), () => new LogLoss(),
    ];

    private static readonly Func<Metric>[] Classes =
    [
        () => new Accuracy(), () => new Accuracy(topK: 3), () => new F1Score(Averaging.Macro), () => new PrecisionScore(Averaging.Weighted, classes: 5),
        () => new RecallScore(Averaging.Micro), () => new ConfusionMatrixMetric(5), () => new RocAuc(Averaging.Weighted),
        () => new AveragePrecision(Averaging.Macro), () => new LogLoss(), () => new Perplexity(),
    ];

    private static readonly Func<Metric>[] Labels =
    [
        () => new Accuracy(), () => new Accuracy(perLabel: true), () => new F1Score(Averaging.Macro), () => new RocAuc(Averaging.Micro),
        () => new AveragePrecision(Averaging.Weighted),
    ];

    private static readonly Func<Metric>[] Values =
        [() => new MeanSquaredError(), () => new MeanAbsoluteError(), () => new RootMeanSquaredError(), () => new R2Score()];

    [TestCaseSource(nameof(All))]
    public void Two_shards_merged_equal_the_whole(Func<Metric> make, RecordedPredictions recorded)
    {
        var (whole, first, second) = (make(), make(), make());
        Add(recorded, whole, 0, recorded.Samples);
        Add(recorded, first, 0, 9);
        Add(recorded, second, 9, recorded.Samples);
        var before = second.Value;

        first.Merge(second);

        Assert.That(first.Value, Is.EqualTo(whole.Value).Within(1e-9).Percent);
        Assert.That(second.Value, Is.EqualTo(before), "the other stays as it is");
        var merged = first.Value;
        first.Merge(make());
        Assert.That(first.Value, Is.EqualTo(merged), "an empty one adds nothing");
        var empty = make();
        empty.Merge(first);
        Assert.That(empty.Value, Is.EqualTo(merged));
        Add(recorded, empty, 0, 5);
        Assert.That(first.Value, Is.EqualTo(merged), "what is merged is copied");
    }

    [TestCaseSource(nameof(All))]
    public void A_state_of_the_middle_goes_on_bit_for_bit(Func<Metric> make, RecordedPredictions recorded)
    {
        var (metric, other) = (make(), make());
        Add(recorded, metric, 0, 11);
        var state = metric.State;
        var copies = state.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        Add(recorded, metric, 11, recorded.Samples);
        Add(recorded, other, 3, 8);

        other.Restore(state);

        Assert.That(other.State, Is.EqualTo(copies));
        Add(recorded, other, 11, recorded.Samples);
        Assert.That(other.State, Is.EqualTo(metric.State));
        Assert.That(BitConverter.DoubleToInt64Bits(other.Value), Is.EqualTo(BitConverter.DoubleToInt64Bits(metric.Value)));
        Assert.That(state, Is.EqualTo(copies), "a state does not change with the metric");
    }

    [TestCaseSource(nameof(All))]
    public void Reset_begins_anew(Func<Metric> make, RecordedPredictions recorded)
    {
        var (metric, fresh) = (make(), make());
        Assert.That(metric.Value, Is.NaN);
        Add(recorded, metric, 0, 17);
        Assert.That(metric.Value, Is.Not.NaN);

        metric.Reset();

        Assert.That(metric.Value, Is.NaN);
        Assert.That(metric.State, Is.EqualTo(fresh.State));
        Add(recorded, metric, 5, recorded.Samples);
        Add(recorded, fresh, 5, recorded.Samples);
        Assert.That(metric.Value, Is.EqualTo(fresh.Value));
    }

    [TestCaseSource(nameof(All))]
    public void An_empty_state_and_an_empty_batch_are_no_samples(Func<Metric> make, RecordedPredictions recorded)
    {
        var metric = make();
        Add(recorded, metric, 0, 17);
        metric.Restore(make().State);
        Assert.That(metric.Value, Is.NaN);

        var (predictions, targets) = recorded.Batch(0, 4, ScalarType.Float32, ScalarType.Float32);
        metric.Add(predictions[..0], targets[..0]);
        Assert.That(metric.Value, Is.NaN);
    }

    [TestCaseSource(nameof(All))]
    public void Tensors_stay_as_they_are_and_graphs_are_not_kept(Func<Metric> make, RecordedPredictions recorded)
    {
        var (predictions, targets) = recorded.Batch(0, 6, ScalarType.Float32, ScalarType.Float32);
        var (before, truths) = (predictions.clone(), targets.clone());
        predictions.requires_grad_();
        var live = LiveTensors;

        make().Add(predictions, targets);

        Assert.That(LiveTensors, Is.EqualTo(live));
        Assert.That(predictions.equal(before).all().item<bool>(), Is.True);
        Assert.That(targets.equal(truths).all().item<bool>(), Is.True);
    }

    [TestCaseSource(nameof(All))]
    public void A_refused_batch_leaves_no_tensor_and_no_trace(Func<Metric> make, RecordedPredictions recorded)
    {
        var metric = make();
        Add(recorded, metric, 0, 12);
        var before = metric.State;
        var (predictions, targets) = recorded.Batch(0, 6, ScalarType.Float64, ScalarType.Float64);
        var shorter = targets[..5];
        var wrong = targets.clone();
        wrong.index_put_(tensor(7.0, dtype: ScalarType.Float64), [tensor(5L)]);
        var live = LiveTensors;

        Assert.That(() => metric.Add(predictions, shorter),
            Throws.ArgumentException.With.Message.StartsWith("Predictions [6").And.Message.Contains("do not fit targets [5"));
        if (metric.Input == MetricInput.Probabilities)
        {
            Assert.That(() => metric.Add(predictions, wrong), Throws.ArgumentException.With.Message.Contains("is class 7; with"));
        }

        Assert.That(LiveTensors, Is.EqualTo(live));
        Assert.That(metric.State, Is.EqualTo(before));
    }

    [TestCaseSource(nameof(All))]
    public void A_damaged_state_is_refused_and_changes_nothing(Func<Metric> make, RecordedPredictions recorded)
    {
        var metric = make();
        Add(recorded, metric, 0, 12);
        var before = metric.State;

        foreach (var key in before.Keys)
        {
            Assert.That(() => metric.Restore(Without(before, key)), Throws.ArgumentException.With.Message.Contains($"it has no '{key}'"));
            Assert.That(() => metric.Restore(With(before, key, [.. before[key], 1.5, 0.5])),
                Throws.ArgumentException.With.Message.StartsWith("This is no state of a metric of this type and these options: "), key);
        }

        Assert.That(metric.State, Is.EqualTo(before));
    }

    [TestCaseSource(nameof(All))]
    public void Another_kind_of_metric_is_not_merged(Func<Metric> make, RecordedPredictions recorded)
    {
        var metric = make();
        Add(recorded, metric, 0, 3);
        var before = metric.State;
        Metric other = metric is LogLoss ? new Accuracy() : new LogLoss();

        Assert.That(() => metric.Merge(other), Throws.ArgumentException.With.Message.Contains($"'{other.Name}' is a {other.GetType().Name} and cannot be merged into"));
        Assert.That(() => metric.Merge(null!),
            Throws.ArgumentNullException.With.Message.EqualTo("Value cannot be null. (Parameter 'other')"));
        Assert.That(metric.State, Is.EqualTo(before));
    }

    private static IEnumerable<TestCaseData> Cases(RecordedPredictions recorded, Func<Metric>[] makers) =>
        makers.Select(make => new TestCaseData(make, recorded).SetArgDisplayNames(make().Name, $"{recorded}"));

    private static Dictionary<string, double[]> Without(IReadOnlyDictionary<string, double[]> state, string key) =>
        state.Where(pair => pair.Key != key).ToDictionary(pair => pair.Key, pair => pair.Value);

    private static Dictionary<string, double[]> With(IReadOnlyDictionary<string, double[]> state, string key, double[] numbers) =>
        state.ToDictionary(pair => pair.Key, pair => pair.Key == key ? numbers : pair.Value);

    private static void Add(RecordedPredictions recorded, Metric metric, int from, int to)
    {
        for (var size = 1; from < to; from += size, size += 3)
        {
            using var scope = NewDisposeScope();
            var (predictions, targets) = recorded.Batch(from, Math.Min(size, to - from), ScalarType.Float32, ScalarType.Float32);
            metric.Add(predictions, targets);
        }
    }
}
