namespace DeepLearningCourse.Hosting;

/// <summary>A run in the registry, under whose lock it is changed.</summary>
internal sealed class RunEntry(TrainingRunStatus status)
{
    public TrainingRunStatus Status { get; set; } = status;

    /// <summary>Whether somebody wants it to stop for good.</summary>
    public bool StopAsked { get; set; }

    /// <summary>Stops the run at its next step; null while it does not train.</summary>
    public CancellationTokenSource? Stop { get; set; }

    /// <summary>Those who wait for its end.</summary>
    public TaskCompletionSource<TrainingRunStatus> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
