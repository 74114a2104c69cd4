namespace DeepLearningCourse.Training;

/// <summary>A batch whose loss is NaN or infinite, before anything of it reached the weights.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="BatchNumber">The batch in its epoch, from 1.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Batch">The batch as the step was given it; its tensors are disposed afterwards.</param>
/// <param name="Forward">Computes the loss again, for a look at the layers.</param>
public sealed record NonFiniteLoss(int Epoch, int BatchNumber, double Loss, object Batch, Func<StepOutput> Forward)
{
    /// <summary>What a callback found out, added to the message of the exception that follows; null for nothing.</summary>
    public string? Finding { get; set; }
}
