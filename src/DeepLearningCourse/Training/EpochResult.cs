namespace DeepLearningCourse.Training;

/// <summary>One completed epoch.</summary>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="TrainLoss">The mean loss over the training samples while they were trained on.</param>
/// <param name="Validation">The evaluation on the validation data; null without any.</param>
/// <param name="Duration">How long the epoch took, validation included.</param>
public sealed record EpochResult(int Epoch, double TrainLoss, Evaluation? Validation, TimeSpan Duration)
{
    /// <summary>The steps of the optimizer.</summary>
    public long Steps { get; init; }

    /// <summary>The learning rate of each group at the epoch's end.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    /// <summary>The mean norm of the gradients before they were clipped; null without <see cref="TrainerOptions.ClipNorm"/>.</summary>
    public double? GradientNorm { get; init; }
}
