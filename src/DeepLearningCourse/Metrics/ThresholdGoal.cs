namespace DeepLearningCourse.Metrics;

/// <summary>What <see cref="Thresholds"/> makes as large as it can be.</summary>
public enum ThresholdGoal
{
    /// <summary>The harmonic mean of precision and recall.</summary>
    F1,

    /// <summary>Youden's J: recall + specificity - 1.</summary>
    Youden,

    /// <summary>The share of samples that are right.</summary>
    Accuracy,

    /// <summary>The mean of recall and specificity.</summary>
    BalancedAccuracy,

    /// <summary>Matthews's correlation coefficient.</summary>
    MatthewsCorrelation,
}
