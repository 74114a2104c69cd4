namespace DeepLearningCourse.Training;

/// <summary>Why a training run ended.</summary>
public enum StopReason
{
    /// <summary>An error ended it; the exception carries the history.</summary>
    Failed,

    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>The cancellation token asked it to stop; the epoch it was in is not in the history.</summary>
    Canceled,
}
