namespace DeepLearningCourse.Metrics;

/// <summary>How many of a class were found: hits / true ones.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.recall_score.html">recall_score</see>.
/// Named <c>"recall"</c>, or with its average as <c>"recall (macro)"</c>.</remarks>
public sealed class RecallScore : AveragedMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="average">How the classes' scores become one; <see cref="Averaging.Binary"/> is for yes-or-no questions.</param>
    /// <param name="threshold">The probability from which an answer is yes, between 0 and 1.</param>
    /// <param name="classes">The number of classes; null takes it from the predictions.</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">The average is none of these, the threshold no probability, or there are fewer than 2 classes.</exception>
    /// <exception cref="ArgumentException">There are more than 2 classes for <see cref="Averaging.Binary"/>.</exception>
    public RecallScore(Averaging average = Averaging.Binary, double threshold = 0.5, int? classes = null, long ignoreIndex = -100)
        : base("recall", average, threshold, classes, ignoreIndex)
    {
    }

    private protected override double Score(long hits, long predicted, long actual) => Ratio(hits, actual);
}
