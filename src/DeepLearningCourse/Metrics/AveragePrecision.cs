using DeepLearningCourse.Metrics.Counting;

namespace DeepLearningCourse.Metrics;

/// <summary>The mean of the precisions at all thresholds, weighted by how much recall grows: the area under the precision-recall curve.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html">average_precision_score</see>, with each class against
/// all others. 0 where no yes occurs. Named <c>"average precision"</c>, or with its average as <c>"average precision (macro)"</c>.</remarks>
public sealed class AveragePrecision : RankingMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="average">How the scores of several classes or labels become one; <see cref="Averaging.Binary"/> is for a yes-or-no question.</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">The average is none of these.</exception>
    public AveragePrecision(Averaging average = Averaging.Binary, long ignoreIndex = -100)
        : base("average precision", average, ignoreIndex)
    {
    }

    /// <summary>The points of the precision-recall curve, for a plot.</summary>
    /// <param name="index">The class, against all others, or the label; null for a yes-or-no question.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or label.</exception>
    /// <exception cref="InvalidOperationException">There are no samples yet.</exception>
    public PrecisionRecallCurve Curve(int? index = null) => RankingOf(index).PrecisionRecallCurve();

    private protected override double Score(Ranking ranking) => ranking.AveragePrecision();
}
