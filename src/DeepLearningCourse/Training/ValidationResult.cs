namespace DeepLearningCourse.Training;

/// <summary>An evaluation on the validation data while the network was trained.</summary>
/// <param name="Step">The steps that were made before it.</param>
/// <param name="Epoch">The epoch it was in, from 1.</param>
/// <param name="Evaluation">The evaluation.</param>
public sealed record ValidationResult(long Step, int Epoch, Evaluation Evaluation);
