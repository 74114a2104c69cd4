namespace DeepLearningCourse.Training.Tuning;

/// <summary>What a batch size needs and brings.</summary>
/// <param name="BatchSize">The samples of a batch.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Memory">The main memory that the process used at most, in bytes: measured, or expected where it was not tried. On a GPU the batches are not in it.</param>
/// <param name="SamplesPerSecond">How many samples a second were trained on, their reading included; null if it does not fit.</param>
public sealed record BatchSizeTrial(int BatchSize, BatchSizeOutcome Outcome, long Memory, double? SamplesPerSecond);
