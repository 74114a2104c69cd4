using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>What the metrics have in common that count how often each class was predicted, true, and both.</summary>
/// <remarks>Three numbers per class are kept, however many samples there are.</remarks>
public abstract class ClassificationMetric : Metric
{
    private readonly LabelOptions options;

    private protected ClassificationMetric(double threshold, int? classes, long ignoreIndex)
    {
        options = new LabelOptions(threshold, ignoreIndex);
        Counts = new ClassCounts(classes);
        Classes = classes;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> State => Counts.Write();

    private protected ClassCounts Counts { get; }

    /// <summary>The number of classes that was given at construction.</summary>
    private protected int? Classes { get; }

    private protected override string Options => Classes is null ? $"{options}" : $"{options}, classes {Classes}";

    /// <inheritdoc/>
    public override void Add(Tensor predictions, Tensor targets)
    {
        var batch = LabelBatch.Read(predictions, targets, options, Counts.Columns);
        Require(batch);
        Counts.Add(batch);
    }

    /// <inheritdoc/>
    public override void Reset() => Counts.Reset();

    /// <inheritdoc/>
    public override void Merge(Metric other) => Counts.Merge(Mergeable<ClassificationMetric>(other).Counts);

    /// <inheritdoc/>
    public override void Restore(IReadOnlyDictionary<string, double[]> state) => Counts.Read(new MetricState(state));

    /// <summary>Refuses a batch that the metric is not defined for.</summary>
    private protected virtual void Require(LabelBatch batch)
    {
        if (batch.MultiLabel)
        {
            throw new ArgumentException($"'{Name}' is for one class per sample, and these samples have {batch.Columns} labels each.");
        }
    }
}
