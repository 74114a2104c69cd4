namespace DeepLearningCourse.Training.Tuning;

/// <summary>How the trial of a batch size went.</summary>
public enum BatchSizeOutcome
{
    /// <summary>There was room for it.</summary>
    Fits,

    /// <summary>There was no memory for it, or it came over the limit.</summary>
    OutOfMemory,

    /// <summary>It was not tried: by the growth so far it would come over the limit.</summary>
    NotTried,

    /// <summary>The data gave no whole batch of this size.</summary>
    TooFewSamples,
}
