using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>A confusion matrix that is gathered as metrics are, with the accuracy as its value.</summary>
/// <remarks>For one class per sample. Named <c>"confusion matrix"</c>.</remarks>
public sealed class ConfusionMatrixMetric : Metric
{
    private readonly LabelOptions options;
    private readonly ConfusionMatrix matrix;

    /// <summary>Creates the metric.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="threshold">The probability from which an answer is yes, between 0 and 1.</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 classes, or the threshold is no probability.</exception>
    public ConfusionMatrixMetric(int classes, double threshold = 0.5, long ignoreIndex = -100)
    {
        matrix = new ConfusionMatrix(classes);
        options = new LabelOptions(threshold, ignoreIndex);
        Name = "confusion matrix";
    }

    /// <summary>The matrix of the samples so far, as a copy.</summary>
    public ConfusionMatrix Matrix
    {
        get
        {
            var copy = new ConfusionMatrix(matrix.Classes);
            copy.Merge(matrix);
            return copy;
        }
    }

    /// <inheritdoc/>
    public override double Value => matrix.Accuracy;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> State => new Dictionary<string, double[]> { ["counts"] = matrix.Write() };

    /// <inheritdoc/>
    public override string ToHtml() => matrix.ToHtml();

    private protected override string Options => $"classes {matrix.Classes}, {options}";

    /// <inheritdoc/>
    public override void Add(Tensor predictions, Tensor targets)
    {
        var batch = LabelBatch.Read(predictions, targets, options, matrix.Classes);
        if (batch.MultiLabel || batch.Columns != matrix.Classes)
        {
            throw new ArgumentException(
                $"'{Name}' is for one of {matrix.Classes} classes per sample, and these predictions are of {batch.Columns} {(batch.MultiLabel ? "labels per sample" : "classes")}.",
                nameof(predictions));
        }

        matrix.Count(batch);
    }

    /// <inheritdoc/>
    public override void Reset() => matrix.Reset();

    /// <inheritdoc/>
    public override void Merge(Metric other) => matrix.Merge(Mergeable<ConfusionMatrixMetric>(other).matrix);

    /// <inheritdoc/>
    public override void Restore(IReadOnlyDictionary<string, double[]> state) =>
        matrix.Read(new MetricState(state).Counts("counts", matrix.Classes * matrix.Classes));
}
