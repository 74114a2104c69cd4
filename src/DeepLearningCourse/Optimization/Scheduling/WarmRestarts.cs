using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>Cosine annealing that begins anew after longer and longer rounds.</summary>
internal sealed class WarmRestarts : Schedule
{
    private readonly int firstRound;
    private readonly int factor;
    private readonly double etaMin;
    private long round;
    private long inRound;

    public WarmRestarts(optim.Optimizer optimizer, int firstRound, int factor, double etaMin)
        : base(optimizer, nameof(Schedules.CosineAnnealingWarmRestarts), ("t0", firstRound), ("tMult", factor), ("etaMin", etaMin))
    {
        this.firstRound = firstRound;
        this.factor = factor;
        this.etaMin = etaMin;
        BeginWith(Bases);
        Begin();
    }

    internal override void Advance(double? metric)
    {
        StepCount++;

        if (++inRound >= round)
        {
            inRound -= round;
            round *= factor;
        }

        Apply();
    }

    internal override void Begin()
    {
        StepCount = 0;
        (round, inRound) = (firstRound, 0);
        Apply();
    }

    private protected override IReadOnlyDictionary<string, double> SaveValues() =>
        new Dictionary<string, double> { ["T_i"] = round, ["T_cur"] = inRound };

    private protected override void LoadValues(IReadOnlyDictionary<string, double> values) =>
        (round, inRound) = ((long)values["T_i"], (long)values["T_cur"]);

    private void Apply()
    {
        for (var group = 0; group < Groups.Count; group++)
        {
            Groups[group] = etaMin + ((Bases[group] - etaMin) * (1 + Math.Cos(Math.PI * inRound / round)) / 2);
        }
    }
}
