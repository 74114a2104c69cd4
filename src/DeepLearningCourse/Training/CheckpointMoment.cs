namespace DeepLearningCourse.Training;

/// <summary>What has just ended when a checkpoint can be written.</summary>
public enum CheckpointMoment
{
    /// <summary>A step of the optimizer.</summary>
    Step,

    /// <summary>An epoch, validation included.</summary>
    Epoch,

    /// <summary>The run: it is complete, or was asked to stop.</summary>
    End,
}
