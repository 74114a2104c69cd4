using DeepLearningCourse.Training;

namespace DeepLearningCourse.Hosting;

/// <summary>How a turn of a run ended.</summary>
/// <param name="State">What it is from now on; <see cref="TrainingRunState.Queued"/> where it was asked to stop.</param>
/// <param name="History">What it did, as far as that is known.</param>
/// <param name="Message">Why it failed.</param>
internal sealed record RunOutcome(TrainingRunState State, TrainingHistory? History = null, string? Message = null);
