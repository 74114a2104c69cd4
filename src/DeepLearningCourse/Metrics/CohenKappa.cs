namespace DeepLearningCourse.Metrics;

/// <summary>How much more often predictions are right than by chance: 1 is always, 0 as often as chance.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.cohen_kappa_score.html">cohen_kappa_score</see>.
/// NaN where all targets and predictions are of one class. For one class per sample. Named <c>"cohen kappa"</c>.</remarks>
public sealed class CohenKappa : ClassificationMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="threshold">The probability from which an answer is yes, between 0 and 1.</param>
    /// <param name="classes">The number of classes; null takes it from the predictions.</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is no probability, or there are fewer than 2 classes.</exception>
    public CohenKappa(double threshold = 0.5, int? classes = null, long ignoreIndex = -100)
        : base(threshold, classes, ignoreIndex) => Name = "cohen kappa";

    /// <inheritdoc/>
    public override double Value
    {
        get
        {
            var (right, chance, total) = (0.0, 0.0, (double)Counts.Total);
            for (var c = 0; c < Counts.Actual.Length; c++)
            {
                right += Counts.Hits[c];
                chance += Counts.Predicted[c] / total * Counts.Actual[c];
            }

            return (right - chance) / (total - chance);
        }
    }
}
