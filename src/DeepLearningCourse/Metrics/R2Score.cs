namespace DeepLearningCourse.Metrics;

/// <summary>How much of the targets' variance is predicted: 1 is all, 0 as much as the targets' mean would, below 0 less.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.r2_score.html">r2_score</see>: with several outputs,
/// the mean of theirs; of a constant output 1 if it is met exactly, else 0. NaN below 2 samples. Named <c>"r2"</c>.</remarks>
public sealed class R2Score : RegressionMetric
{
    /// <summary>Creates the metric.</summary>
    public R2Score() => Name = "r2";

    private protected override double OfOutput(double residual, double squares) =>
        Errors.Count < 2 ? double.NaN
        : squares != 0 ? 1 - (residual / squares)
        : residual == 0 ? 1 : double.IsNaN(residual) ? residual : 0;
}
