namespace DeepLearningCourse.Training.Tuning;

/// <summary>One step of a learning-rate test.</summary>
/// <param name="Rate">The learning rate of the step.</param>
/// <param name="Loss">The loss of the step's batch, before the step.</param>
/// <param name="SmoothedLoss">The mean of all losses so far, in which later ones count more.</param>
public readonly record struct LearningRatePoint(double Rate, double Loss, double SmoothedLoss);
