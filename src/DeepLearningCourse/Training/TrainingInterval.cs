namespace DeepLearningCourse.Training;

/// <summary>How often something is done while a network trains.</summary>
public enum TrainingInterval
{
    /// <summary>After each epoch.</summary>
    Epoch,

    /// <summary>After each step of the optimizer.</summary>
    Step,
}
