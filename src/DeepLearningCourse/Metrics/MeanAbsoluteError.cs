using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>The mean of the errors' sizes, in units of the targets.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.mean_absolute_error.html">mean_absolute_error</see> and PyTorch's
/// <c>L1Loss</c>. Predictions and targets have one shape, but for a dimension 1 of size 1; NaN among them makes the value NaN.
/// Named <c>"mean absolute error"</c>.</remarks>
public sealed class MeanAbsoluteError : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    public MeanAbsoluteError() => Name = "mean absolute error";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Outputs;

    private protected override (double Sum, long Count) Measure(Tensor predictions, Tensor targets)
    {
        BatchShapes.RequireValues(predictions, targets);
        var predicted = TensorNumbers.Precise(predictions);
        var actual = TensorNumbers.Precise(targets).to(predicted.device).reshape(predicted.shape);
        return ((predicted - actual).abs().sum().item<double>(), predicted.numel());
    }
}
