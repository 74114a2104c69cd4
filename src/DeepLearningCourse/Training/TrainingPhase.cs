using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>One of several optimizers that take turns on each batch, with the loss that it makes smaller: discriminator and generator, for instance.</summary>
/// <remarks>While a phase computes its loss, parameters that only other phases' optimizers hold need no gradient and get none.</remarks>
/// <typeparam name="TBatch">A batch.</typeparam>
/// <param name="Name">What it is called in reports (<see cref="EpochResult.PhaseLosses"/>) and checkpoints.</param>
/// <param name="Loss">From a batch to the loss.</param>
/// <param name="Optimizer">The optimizer that follows the loss.</param>
public sealed record TrainingPhase<TBatch>(string Name, Func<TBatch, StepOutput> Loss, optim.Optimizer Optimizer)
{
    /// <summary>How the learning rate of this phase's optimizer changes, as often as <see cref="TrainerOptions.ScheduleEvery"/> says. Default: not at all.</summary>
    public Schedule? Schedule { get; init; }
}
