using DeepLearningCourse.Optimization.Scheduling;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <content>The schedules that go up and down, and change the momentum against the learning rate.</content>
public static partial class Schedules
{
    /// <summary>Up to the highest learning rate and down to almost nothing, with the momentum going the other way.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="maxLr">The highest learning rate.</param>
    /// <param name="totalSteps">All steps: epochs times batches if it is called at each batch. One more is refused.</param>
    /// <param name="pctStart">The share of the steps that goes up.</param>
    /// <param name="annealStrategy">The form of the ways up and down.</param>
    /// <param name="cycleMomentum">Whether the momentum, or the first beta, goes the other way.</param>
    /// <param name="baseMomentum">The lowest momentum.</param>
    /// <param name="maxMomentum">The highest momentum, where it begins.</param>
    /// <param name="divFactor">How many times smaller the first learning rate is than the highest.</param>
    /// <param name="finalDivFactor">How many times smaller the last learning rate is than the first.</param>
    /// <param name="threePhase">Whether the way down goes to the first learning rate, as long as the way up, and then on.</param>
    /// <exception cref="ArgumentException">The optimizer has no momentum to change.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://arxiv.org/abs/1708.07120">Smith and Topin, 2017</see>;
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html"/></remarks>
    public static Schedule OneCycleLR(
        optim.Optimizer optimizer, double maxLr, int totalSteps, double pctStart = 0.3, AnnealStrategy annealStrategy = AnnealStrategy.Cosine,
        bool cycleMomentum = true, double baseMomentum = 0.85, double maxMomentum = 0.95, double divFactor = 25, double finalDivFactor = 1e4,
        bool threePhase = false)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        OptionChecks.Positive(maxLr);
        OptionChecks.Positive(totalSteps);
        OptionChecks.Positive(divFactor);
        OptionChecks.Positive(finalDivFactor);

        if (!(pctStart is >= 0 and <= 1))
        {
            throw OptionChecks.Wrong(nameof(pctStart), pctStart, "is a share, from 0 to 1");
        }

        if (cycleMomentum)
        {
            GroupMomentum.Require(optimizer, nameof(OneCycleLR));
        }

        var first = maxLr / divFactor;
        var cycle = new OneCycle(totalSteps, pctStart, threePhase, annealStrategy);
        return new DirectSchedule(
            optimizer,
            nameof(OneCycleLR),
            (_, t, _) => cycle.At(t, first, maxLr, first / finalDivFactor),
            cycleMomentum ? (_, t) => cycle.At(t, maxMomentum, baseMomentum, maxMomentum) : null,
            [.. optimizer.ParamGroups.Select(_ => first)],
            totalSteps);
    }

    /// <summary>Up and down between two learning rates, again and again, with the momentum going the other way.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="baseLr">The lowest learning rate.</param>
    /// <param name="maxLr">The highest learning rate of the first cycle.</param>
    /// <param name="stepSizeUp">The steps up.</param>
    /// <param name="stepSizeDown">The steps down; null for as many.</param>
    /// <param name="mode">How the height of the cycles changes.</param>
    /// <param name="gamma">The factor of <see cref="CyclicMode.ExpRange"/>.</param>
    /// <param name="scaleFn">The height of a cycle, from its number (from 1), in place of <paramref name="mode"/>.</param>
    /// <param name="cycleMomentum">Whether the momentum, or the first beta, goes the other way.</param>
    /// <param name="baseMomentum">The lowest momentum.</param>
    /// <param name="maxMomentum">The highest momentum, where it begins.</param>
    /// <exception cref="ArgumentException">The optimizer has no momentum to change.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://arxiv.org/abs/1506.01186">Smith, 2015</see>;
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html"/></remarks>
    public static Schedule CyclicLR(
        optim.Optimizer optimizer, double baseLr, double maxLr, int stepSizeUp = 2000, int? stepSizeDown = null,
        CyclicMode mode = CyclicMode.Triangular, double gamma = 1, Func<long, double>? scaleFn = null,
        bool cycleMomentum = true, double baseMomentum = 0.8, double maxMomentum = 0.9)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        OptionChecks.NotNegative(baseLr);
        OptionChecks.NotNegative(maxLr);
        OptionChecks.Positive(stepSizeUp);
        OptionChecks.Positive(stepSizeDown ?? 1, nameof(stepSizeDown));

        if (cycleMomentum)
        {
            GroupMomentum.Require(optimizer, nameof(CyclicLR));
        }

        var cycle = new Cycle(stepSizeUp, stepSizeDown ?? stepSizeUp, mode, gamma, scaleFn);
        return new DirectSchedule(
            optimizer,
            nameof(CyclicLR),
            (_, t, _) => baseLr + cycle.Height(t, maxLr - baseLr),
            cycleMomentum ? (_, t) => maxMomentum - cycle.Height(t, maxMomentum - baseMomentum) : null,
            [.. optimizer.ParamGroups.Select(_ => baseLr)]);
    }
}
