namespace DeepLearningCourse.Metrics;

/// <summary>What share of each class is taken for yes, threshold by threshold from the highest on.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.roc_curve.html">roc_curve</see>: points on a
/// straight line between others are left out.</remarks>
/// <param name="FalsePositiveRates">The share of the no's that are taken for yes, for the horizontal axis, from 0 to 1; NaN where there is no no.</param>
/// <param name="TruePositiveRates">The share of the yes's that are taken for yes, for the vertical axis, from 0 to 1; NaN where there is no yes.</param>
/// <param name="Thresholds">The scores from which an answer is yes, falling; the first is infinity, from which none is.</param>
public sealed record RocCurve(
    IReadOnlyList<double> FalsePositiveRates, IReadOnlyList<double> TruePositiveRates, IReadOnlyList<double> Thresholds);
