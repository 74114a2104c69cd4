namespace DeepLearningCourse.Metrics;

/// <summary>The correlation of predicted and true classes: 1 is always right, 0 as by chance, -1 always wrong.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.matthews_corrcoef.html">matthews_corrcoef</see>.
/// 0 where all targets or all predictions are of one class. For one class per sample. Named <c>"matthews correlation"</c>.</remarks>
public sealed class MatthewsCorrelation : ClassificationMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="threshold">The probability from which an answer is yes, between 0 and 1.</param>
    /// <param name="classes">The number of classes; null takes it from the predictions.</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is no probability, or there are fewer than 2 classes.</exception>
    public MatthewsCorrelation(double threshold = 0.5, int? classes = null, long ignoreIndex = -100)
        : base(threshold, classes, ignoreIndex) => Name = "matthews correlation";

    /// <inheritdoc/>
    public override double Value
    {
        get
        {
            if (Counts.Total == 0)
            {
                return double.NaN;
            }

            // Shares instead of counts: products of four counts would leave the range of exact numbers.
            var (right, together, predicted, actual) = (0.0, 0.0, 0.0, 0.0);
            for (var c = 0; c < Counts.Actual.Length; c++)
            {
                var (p, a) = ((double)Counts.Predicted[c] / Counts.Total, (double)Counts.Actual[c] / Counts.Total);
                right += (double)Counts.Hits[c] / Counts.Total;
                together += p * a;
                predicted += p * p;
                actual += a * a;
            }

            var spread = (1 - predicted) * (1 - actual);
            return spread > 0 ? (right - together) / Math.Sqrt(spread) : 0;
        }
    }
}
