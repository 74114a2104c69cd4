namespace DeepLearningCourse.Metrics;

/// <summary>Precision against recall, threshold by threshold from the lowest on.</summary>
/// <remarks>As scikit-learn's
/// <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_recall_curve.html">precision_recall_curve</see>.</remarks>
/// <param name="Precisions">How many of those taken for yes are; the last is 1 and has no threshold.</param>
/// <param name="Recalls">How many of the yes's are found, falling; the last is 0 and has no threshold. 1 throughout where there is no yes.</param>
/// <param name="Thresholds">The scores from which an answer is yes, rising; one fewer than there are points.</param>
public sealed record PrecisionRecallCurve(
    IReadOnlyList<double> Precisions, IReadOnlyList<double> Recalls, IReadOnlyList<double> Thresholds);
