using DeepLearningCourse.Metrics;

namespace DeepLearningCourse.Training;

/// <summary>How well a network does on a data set.</summary>
/// <param name="Loss">The mean loss over the samples.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="ConfusionMatrix">Predicted against true classes, at a threshold of 0.5 for a binary answer; null where the
/// criterion is for regression or the answer has several yes-or-no questions.</param>
public sealed record Evaluation(double Loss, long Samples, ConfusionMatrix? ConfusionMatrix)
{
    /// <summary>The share of samples predicted right, 0 to 1; null where there is no confusion matrix.</summary>
    public double? Accuracy => ConfusionMatrix?.Accuracy;
}
