using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>The mean of the squared errors, in squared units of the targets.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.mean_squared_error.html">mean_squared_error</see> and PyTorch's
/// <c>MSELoss</c>. Predictions and targets have one shape, but for a dimension 1 of size 1; NaN among them makes the value NaN.
/// Named <c>"mean squared error"</c>.</remarks>
public sealed class MeanSquaredError : MeanMetric
{
    /// <summary>Creates the metric.</summary>
    public MeanSquaredError() => Name = "mean squared error";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Outputs;

    private protected override (double Sum, long Count) Measure(Tensor predictions, Tensor targets)
    {
        BatchShapes.RequireValues(predictions, targets);
        var predicted = TensorNumbers.Precise(predictions);
        var actual = TensorNumbers.Precise(targets).to(predicted.device).reshape(predicted.shape);
        return ((predicted - actual).square().sum().item<double>(), predicted.numel());
    }
}
