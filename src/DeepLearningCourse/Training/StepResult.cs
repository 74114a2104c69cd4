namespace DeepLearningCourse.Training;

/// <summary>One step of the optimizer.</summary>
/// <param name="Step">Its number in the run, from 1; a resumed run counts on.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Batch">The last batch that went into it, from 1 in its epoch.</param>
/// <param name="Loss">The loss of that batch, of the last phase.</param>
/// <param name="Samples">The samples of that batch.</param>
public readonly record struct StepResult(long Step, int Epoch, int Batch, double Loss, long Samples);
