namespace DeepLearningCourse.Optimization;

/// <summary>How the height of <see cref="Schedules.CyclicLR"/>'s cycles changes.</summary>
public enum CyclicMode
{
    /// <summary>All are as high.</summary>
    Triangular,

    /// <summary>Each is half as high as the one before.</summary>
    Triangular2,

    /// <summary>They fall with gamma to the power of the step.</summary>
    ExpRange,
}
