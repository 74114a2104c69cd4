namespace DeepLearningCourse.Metrics;

/// <summary>The mean of the classes' recalls: an accuracy in which a rare class counts as much as a frequent one.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.balanced_accuracy_score.html">balanced_accuracy_score</see>.
/// Classes that are never true do not count. For one class per sample. Named <c>"balanced accuracy"</c>.</remarks>
public sealed class BalancedAccuracy : ClassificationMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="threshold">The probability from which an answer is yes, between 0 and 1.</param>
    /// <param name="classes">The number of classes; null takes it from the predictions.</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is no probability, or there are fewer than 2 classes.</exception>
    public BalancedAccuracy(double threshold = 0.5, int? classes = null, long ignoreIndex = -100)
        : base(threshold, classes, ignoreIndex) => Name = "balanced accuracy";

    /// <inheritdoc/>
    public override double Value
    {
        get
        {
            var (sum, classes) = (0.0, 0);
            for (var c = 0; c < Counts.Actual.Length; c++)
            {
                if (Counts.Actual[c] > 0)
                {
                    sum += (double)Counts.Hits[c] / Counts.Actual[c];
                    classes++;
                }
            }

            return sum / classes;
        }
    }
}
