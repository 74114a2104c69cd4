namespace DeepLearningCourse.Training;

/// <summary>How far a run is, for <see cref="IProgress{T}"/>.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">How many epochs there are to be.</param>
/// <param name="Batch">The batches of the epoch that were trained on; 0 when an epoch has just ended.</param>
/// <param name="BatchesPerEpoch">The batches of an epoch; null if that is not known.</param>
/// <param name="Step">The steps of the optimizer so far.</param>
/// <param name="Loss">The mean loss of the epoch so far.</param>
/// <param name="LearningRate">The learning rate of the first group.</param>
/// <param name="Elapsed">How long it trains.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, int Batch, int? BatchesPerEpoch, long Step, double Loss, double LearningRate, TimeSpan Elapsed)
{
    /// <summary>The epoch that has just ended; null within an epoch.</summary>
    public EpochResult? Completed { get; init; }
}
