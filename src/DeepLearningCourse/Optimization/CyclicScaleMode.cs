namespace DeepLearningCourse.Optimization;

/// <summary>What the function that scales <see cref="Schedules.CyclicLR"/>'s cycles is given.</summary>
public enum CyclicScaleMode
{
    /// <summary>The number of the cycle, from 1.</summary>
    Cycle,

    /// <summary>The number of the step, from 0.</summary>
    Iterations,
}
