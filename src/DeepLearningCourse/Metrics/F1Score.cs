namespace DeepLearningCourse.Metrics;

/// <summary>The harmonic mean of precision and recall: 2 · hits / (predicted + true ones).</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html">f1_score</see>.
/// Named <c>"f1"</c>, or with its average as <c>"f1 (macro)"</c>.</remarks>
public sealed class F1Score : AveragedMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="average">How the classes' scores become one; <see cref="Averaging.Binary"/> is for yes-or-no questions.</param>
    /// <param name="threshold">The probability from which an answer is yes, between 0 and 1.</param>
    /// <param name="classes">The number of classes; null takes it from the predictions.</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">The average is none of these, the threshold no probability, or there are fewer than 2 classes.</exception>
    /// <exception cref="ArgumentException">There are more than 2 classes for <see cref="Averaging.Binary"/>.</exception>
    public F1Score(Averaging average = Averaging.Binary, double threshold = 0.5, int? classes = null, long ignoreIndex = -100)
        : base("f1", average, threshold, classes, ignoreIndex)
    {
    }

    private protected override double Score(long hits, long predicted, long actual) => Ratio(2.0 * hits, predicted + actual);
}
