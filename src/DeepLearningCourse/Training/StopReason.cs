namespace DeepLearningCourse.Training;

/// <summary>Why a training run ended.</summary>
public enum StopReason
{
    /// <summary>An error ended it; the exception carries the history.</summary>
    Failed,

    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>The cancellation token asked it to stop.</summary>
    Canceled,

    /// <summary><see cref="Trainer{TBatch}.Stop"/> or a callback asked it to stop.</summary>
    Stopped,

    /// <summary>Ctrl-C, a notebook's interrupt, the system's request to terminate (SIGTERM), or a terminal that was closed (SIGHUP).</summary>
    Interrupted,

    /// <summary>A watched figure no longer became better.</summary>
    EarlyStopped,

    /// <summary><see cref="TrainerOptions.MaxSteps"/> was reached.</summary>
    MaxSteps,

    /// <summary><see cref="TrainerOptions.MaxTime"/> was reached.</summary>
    MaxTime,
}
