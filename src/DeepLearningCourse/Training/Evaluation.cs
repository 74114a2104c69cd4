using DeepLearningCourse.Metrics;

namespace DeepLearningCourse.Training;

/// <summary>How well a network does on a data set.</summary>
/// <param name="Loss">The mean loss over the samples.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="ConfusionMatrix">Predicted against true classes, at a threshold of 0.5 for a binary answer; null where the
/// criterion is for regression, the answer has several yes-or-no questions, or the targets are probabilities of a binary answer.
/// Targets that the criterion passes over (its <c>ignore_index</c>) are not counted; class probabilities count as their largest.</param>
public sealed record Evaluation(double Loss, long Samples, ConfusionMatrix? ConfusionMatrix)
{
    /// <summary>The share of samples predicted right, 0 to 1; null where there is no confusion matrix.</summary>
    public double? Accuracy => ConfusionMatrix?.Accuracy;
}
