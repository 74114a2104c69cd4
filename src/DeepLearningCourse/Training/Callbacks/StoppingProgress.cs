namespace DeepLearningCourse.Training.Callbacks;

/// <summary>What <see cref="EarlyStopping"/> has seen so far, as a checkpoint keeps it.</summary>
internal sealed record StoppingProgress
{
    public double? BestValue { get; init; }

    public int? BestEpoch { get; init; }

    public long? BestStep { get; init; }

    public int Waited { get; init; }

    public long LookedAtStep { get; init; } = -1;

    public int? StoppedEpoch { get; init; }

    public string? Reason { get; init; }
}
