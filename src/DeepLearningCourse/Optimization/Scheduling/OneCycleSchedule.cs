using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>One cycle: up, down, and with three phases further down.</summary>
internal sealed class OneCycleSchedule : DirectSchedule
{
    private readonly long totalSteps;
    private readonly double finalDivFactor;
    private readonly AnnealStrategy strategy;
    private readonly double[] ends;
    private readonly double[] peaks;
    private readonly double[] lowMomenta;
    private readonly double[] highMomenta;

    public OneCycleSchedule(
        optim.Optimizer optimizer, PerGroup maxLr, long totalSteps, double pctStart, AnnealStrategy strategy, bool cycleMomentum, PerGroup baseMomentum,
        PerGroup maxMomentum, double divFactor, double finalDivFactor, bool threePhase)
        : base(
            optimizer, nameof(Schedules.OneCycleLR), ("maxLr", maxLr.Numbers), ("totalSteps", totalSteps), ("pctStart", pctStart), ("annealStrategy", strategy),
            ("cycleMomentum", cycleMomentum), ("baseMomentum", baseMomentum.Numbers), ("maxMomentum", maxMomentum.Numbers), ("divFactor", divFactor),
            ("finalDivFactor", finalDivFactor), ("threePhase", threePhase))
    {
        (this.totalSteps, this.finalDivFactor, this.strategy) = (totalSteps, finalDivFactor, strategy);
        peaks = maxLr.For(Groups.Count, nameof(maxLr));
        lowMomenta = baseMomentum.For(Groups.Count, nameof(baseMomentum));
        highMomenta = maxMomentum.For(Groups.Count, nameof(maxMomentum));
        ChangesMomentum = cycleMomentum;
        ends = threePhase
            ? [(pctStart * totalSteps) - 1, (2 * pctStart * totalSteps) - 2, totalSteps - 1]
            : [(pctStart * totalSteps) - 1, totalSteps - 1];

        if (cycleMomentum)
        {
            RequireMomentum();
        }

        BeginWith([.. peaks.Select(peak => peak / divFactor)]);
        Begin();
    }

    private protected override bool ChangesMomentum { get; }

    internal override void RequireNext()
    {
        if (StepCount >= totalSteps)
        {
            throw new InvalidOperationException(
                $"{Kind} was made for {totalSteps} steps, and this is one more. Give it the number of steps that the training has: epochs times batches, or epochs.");
        }
    }

    private protected override double Rate(int group) => At(Bases[group], peaks[group], Bases[group] / finalDivFactor);

    private protected override double Momentum(int group) => At(highMomenta[group], lowMomenta[group], highMomenta[group]);

    /// <summary>A value at this step, that begins at one, has its peak at the end of the first phase and ends at another.</summary>
    private double At(double first, double peak, double last)
    {
        var start = 0.0;

        for (var phase = 0; phase < ends.Length; phase++)
        {
            var isLast = phase == ends.Length - 1;

            if (StepCount <= ends[phase] || isLast)
            {
                // In two phases the second goes all the way; in three it goes back to the first value.
                var from = phase == 0 ? first : phase == 1 ? peak : first;
                var to = phase == 0 ? peak : isLast ? last : first;
                return Between(from, to, Share(start, ends[phase]));
            }

            start = ends[phase];
        }

        return last;
    }

    // A phase without length is at its end. A loop steps once more after the last batch: PyTorch goes on past the end there, along a line to below 0.
    private double Share(double start, double end) => end <= start ? 1 : Math.Min(1, (StepCount - start) / (end - start));

    private double Between(double from, double to, double share) => strategy == AnnealStrategy.Linear
        ? ((to - from) * share) + from
        : to + ((from - to) / 2 * (Math.Cos(Math.PI * share) + 1));
}
