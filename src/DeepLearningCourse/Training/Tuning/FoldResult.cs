namespace DeepLearningCourse.Training.Tuning;

/// <summary>What a fold of a cross-validation came to.</summary>
/// <param name="Number">The fold, from 1.</param>
/// <param name="History">How its network was trained.</param>
/// <param name="Evaluation">How the trained network does on the fold's validation data.</param>
public sealed record FoldResult(int Number, TrainingHistory History, Evaluation Evaluation);
