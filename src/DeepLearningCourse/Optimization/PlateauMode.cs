namespace DeepLearningCourse.Optimization;

/// <summary>Which way the value that <see cref="Schedules.ReduceLROnPlateau"/> watches is to go.</summary>
public enum PlateauMode
{
    /// <summary>Down, as a loss.</summary>
    Min,

    /// <summary>Up, as an accuracy.</summary>
    Max,
}
