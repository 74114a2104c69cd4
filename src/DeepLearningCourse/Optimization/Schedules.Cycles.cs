using DeepLearningCourse.Optimization.Scheduling;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <content>The schedules that go up and down, and change the momentum against the learning rate.</content>
public static partial class Schedules
{
    /// <summary>Up to the highest learning rate and down to almost nothing, with the momentum going the other way.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="maxLr">The highest learning rate: one for all groups, or one for each, as <c>[0.1, 0.01]</c>.</param>
    /// <param name="totalSteps">All steps: epochs times batches if it is called at each batch. One more is refused.</param>
    /// <param name="epochs">In place of <paramref name="totalSteps"/>, with <paramref name="stepsPerEpoch"/>: the epochs.</param>
    /// <param name="stepsPerEpoch">The steps of an epoch: <c>loader.Count</c>.</param>
    /// <param name="pctStart">The share of the steps that goes up.</param>
    /// <param name="annealStrategy">The form of the ways up and down.</param>
    /// <param name="cycleMomentum">Whether the momentum, or the first beta, goes the other way.</param>
    /// <param name="baseMomentum">The lowest momentum; null for 0.85.</param>
    /// <param name="maxMomentum">The highest momentum, where it begins; null for 0.95.</param>
    /// <param name="divFactor">How many times smaller the first learning rate is than the highest.</param>
    /// <param name="finalDivFactor">How many times smaller the last learning rate is than the first.</param>
    /// <param name="threePhase">Whether the way down goes to the first learning rate, as long as the way up, and then on.</param>
    /// <exception cref="ArgumentException">The optimizer has no momentum to change; there are not as many numbers as groups; or it is not said how many steps
    /// there are.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks>
    /// After the step that follows the last batch, the learning rate stays at its end, where PyTorch goes on by one step: along a line to below 0.
    /// <see href="https://arxiv.org/abs/1708.07120">Smith and Topin, 2017</see>;
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html"/>
    /// </remarks>
    public static Schedule OneCycleLR(
        optim.Optimizer optimizer, PerGroup maxLr, long? totalSteps = null, int? epochs = null, int? stepsPerEpoch = null, double pctStart = 0.3,
        AnnealStrategy annealStrategy = AnnealStrategy.Cosine, bool cycleMomentum = true, PerGroup? baseMomentum = null, PerGroup? maxMomentum = null,
        double divFactor = 25, double finalDivFactor = 1e4, bool threePhase = false)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var (lowMomentum, highMomentum) = (baseMomentum ?? 0.85, maxMomentum ?? 0.95);
        ScheduleChecks.Positive(maxLr);
        OptionChecks.Positive(totalSteps ?? 1, nameof(totalSteps));
        OptionChecks.Positive(epochs ?? 1, nameof(epochs));
        OptionChecks.Positive(stepsPerEpoch ?? 1, nameof(stepsPerEpoch));
        ScheduleChecks.Share(pctStart);
        ScheduleChecks.Known(annealStrategy);
        ScheduleChecks.Momentum(lowMomentum, nameof(baseMomentum));
        ScheduleChecks.Momentum(highMomentum, nameof(maxMomentum));
        OptionChecks.Positive(divFactor);
        OptionChecks.Positive(finalDivFactor);
        var steps = totalSteps ?? ((long?)epochs * stepsPerEpoch) ?? throw new ArgumentException(
            "OneCycleLR needs the number of all steps: give totalSteps, or epochs and stepsPerEpoch.", nameof(totalSteps));
        return new OneCycleSchedule(
            optimizer, maxLr, steps, pctStart, annealStrategy, cycleMomentum, lowMomentum, highMomentum, divFactor, finalDivFactor, threePhase);
    }

    /// <summary>Up and down between two learning rates, again and again, with the momentum going the other way.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="baseLr">The lowest learning rate: one for all groups, or one for each, as <c>[0.1, 0.01]</c>.</param>
    /// <param name="maxLr">The highest learning rate of the first cycle: one for all groups, or one for each.</param>
    /// <param name="stepSizeUp">The steps up.</param>
    /// <param name="stepSizeDown">The steps down; null for as many.</param>
    /// <param name="mode">How the height of the cycles changes.</param>
    /// <param name="gamma">The factor of <see cref="CyclicMode.ExpRange"/>.</param>
    /// <param name="scaleFn">The height of a cycle, in place of <paramref name="mode"/>: 1 is full. It is not part of the state.</param>
    /// <param name="scaleMode">What <paramref name="scaleFn"/> is given.</param>
    /// <param name="cycleMomentum">Whether the momentum, or the first beta, goes the other way.</param>
    /// <param name="baseMomentum">The lowest momentum; null for 0.8.</param>
    /// <param name="maxMomentum">The highest momentum, where it begins; null for 0.9.</param>
    /// <exception cref="ArgumentException">The optimizer has no momentum to change; or there are not as many numbers as groups.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://arxiv.org/abs/1506.01186">Smith, 2015</see>;
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html"/></remarks>
    public static Schedule CyclicLR(
        optim.Optimizer optimizer, PerGroup baseLr, PerGroup maxLr, int stepSizeUp = 2000, int? stepSizeDown = null,
        CyclicMode mode = CyclicMode.Triangular, double gamma = 1, Func<double, double>? scaleFn = null, CyclicScaleMode scaleMode = CyclicScaleMode.Cycle,
        bool cycleMomentum = true, PerGroup? baseMomentum = null, PerGroup? maxMomentum = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var (lowMomentum, highMomentum) = (baseMomentum ?? 0.8, maxMomentum ?? 0.9);
        ScheduleChecks.NotNegative(baseLr);
        ScheduleChecks.NotNegative(maxLr);
        OptionChecks.Positive(stepSizeUp);
        OptionChecks.Positive(stepSizeDown ?? 1, nameof(stepSizeDown));
        OptionChecks.NotNegative(gamma);
        ScheduleChecks.Known(mode);
        ScheduleChecks.Known(scaleMode);
        ScheduleChecks.Momentum(lowMomentum, nameof(baseMomentum));
        ScheduleChecks.Momentum(highMomentum, nameof(maxMomentum));
        return new CyclicSchedule(
            optimizer, baseLr, maxLr, stepSizeUp, stepSizeDown ?? stepSizeUp, mode, gamma, scaleFn, scaleMode, cycleMomentum, lowMomentum, highMomentum);
    }
}
