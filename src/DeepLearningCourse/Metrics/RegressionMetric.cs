using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>What the metrics have in common that judge each output of a regression for itself and give their mean.</summary>
/// <remarks>Predictions and targets are <c>[batch]</c> or <c>[batch, outputs, ...]</c>, of one shape but for a dimension 1 of size 1. Three numbers per
/// output are kept, however many samples there are. NaN among the values makes the result NaN.</remarks>
public abstract class RegressionMetric : Metric
{
    private protected RegressionMetric()
    {
    }

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Outputs;

    /// <summary>The metric of each output; empty before the first sample.</summary>
    public IReadOnlyList<double> PerOutput => [.. Errors.Residuals.Select((residual, o) => OfOutput(residual, Errors.Squares[o]))];

    /// <inheritdoc/>
    public override double Value => Errors.Count == 0 ? double.NaN : PerOutput.Average();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> State => Errors.Write();

    private protected OutputErrors Errors { get; } = new();

    /// <inheritdoc/>
    public override void Add(Tensor predictions, Tensor targets)
    {
        using var scope = NewDisposeScope();
        Errors.Merge(OutputErrors.Of(predictions, targets));
    }

    /// <inheritdoc/>
    public override void Reset() => Errors.Reset();

    /// <inheritdoc/>
    public override void Merge(Metric other) => Errors.Merge(Mergeable<RegressionMetric>(other).Errors);

    /// <inheritdoc/>
    public override void Restore(IReadOnlyDictionary<string, double[]> state) => Errors.Read(new MetricState(state));

    /// <summary>The metric of an output, of its squared errors and its targets' squared distances from their mean.</summary>
    private protected abstract double OfOutput(double residual, double squares);
}
