namespace DeepLearningCourse.Metrics;

/// <summary>The root of the mean squared error, in units of the targets.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.root_mean_squared_error.html">root_mean_squared_error</see>:
/// with several outputs, the mean of their roots. Named <c>"root mean squared error"</c>.</remarks>
public sealed class RootMeanSquaredError : RegressionMetric
{
    /// <summary>Creates the metric.</summary>
    public RootMeanSquaredError() => Name = "root mean squared error";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    private protected override double OfOutput(double residual, double squares) => Math.Sqrt(residual / Errors.Count);
}
