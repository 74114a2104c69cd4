using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>What the metrics have in common that are a mean over samples, answers or values.</summary>
/// <remarks>Two numbers are kept, however many samples there are.</remarks>
public abstract class MeanMetric : Metric
{
    private double sum;
    private long count;

    private protected MeanMetric()
    {
    }

    /// <inheritdoc/>
    public override double Value => sum / count;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> State => new Dictionary<string, double[]> { ["sum"] = [sum], ["count"] = [count] };

    /// <inheritdoc/>
    public override void Add(Tensor predictions, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var (added, samples) = Measure(predictions, targets);
        sum += added;
        count += samples;
    }

    /// <inheritdoc/>
    public override void Reset() => (sum, count) = (0, 0);

    /// <inheritdoc/>
    public override void Merge(Metric other)
    {
        var mean = Mergeable<MeanMetric>(other);
        sum += mean.sum;
        count += mean.count;
    }

    /// <inheritdoc/>
    public override void Restore(IReadOnlyDictionary<string, double[]> state)
    {
        var numbers = new MetricState(state);
        (sum, count) = (numbers.Number("sum"), numbers.Count("count"));
    }

    /// <summary>The sum over a batch of what the mean is of, and how many are in it. Runs inside a dispose scope.</summary>
    private protected abstract (double Sum, long Count) Measure(Tensor predictions, Tensor targets);
}
