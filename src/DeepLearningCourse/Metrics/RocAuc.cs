using DeepLearningCourse.Metrics.Counting;

namespace DeepLearningCourse.Metrics;

/// <summary>The area under the ROC curve: how often a yes has a higher score than a no. 0.5 is by chance, 1 always.</summary>
/// <remarks>As scikit-learn's <see href="https://scikit-learn.org/stable/modules/generated/sklearn.metrics.roc_auc_score.html">roc_auc_score</see>, with each class against
/// all others. NaN where only one answer occurs. Named <c>"roc auc"</c>, or with its average as <c>"roc auc (macro)"</c>.</remarks>
public sealed class RocAuc : RankingMetric
{
    /// <summary>Creates the metric.</summary>
    /// <param name="average">How the scores of several classes or labels become one; <see cref="Averaging.Binary"/> is for a yes-or-no question.</param>
    /// <param name="ignoreIndex">The target that is passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException">The average is none of these.</exception>
    public RocAuc(Averaging average = Averaging.Binary, long ignoreIndex = -100)
        : base("roc auc", average, ignoreIndex)
    {
    }

    /// <summary>The points of the ROC curve, for a plot.</summary>
    /// <param name="index">The class, against all others, or the label; null for a yes-or-no question.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or label.</exception>
    /// <exception cref="InvalidOperationException">There are no samples yet.</exception>
    public RocCurve Curve(int? index = null) => RankingOf(index).RocCurve();

    private protected override double Score(Ranking ranking) => ranking.RocArea();
}
