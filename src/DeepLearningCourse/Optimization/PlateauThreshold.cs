namespace DeepLearningCourse.Optimization;

/// <summary>What the threshold of <see cref="Schedules.ReduceLROnPlateau"/> is compared with.</summary>
public enum PlateauThreshold
{
    /// <summary>A share of the best value.</summary>
    Relative,

    /// <summary>A difference from the best value.</summary>
    Absolute,
}
