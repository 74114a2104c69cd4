using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>Triangles between two learning rates.</summary>
internal sealed class CyclicSchedule : DirectSchedule
{
    private readonly double[] tops;
    private readonly double[] lowMomenta;
    private readonly double[] highMomenta;
    private readonly double[] lows;
    private readonly double total;
    private readonly double upShare;
    private readonly CyclicMode mode;
    private readonly double gamma;
    private readonly Func<double, double>? scale;
    private readonly CyclicScaleMode scaleMode;

    public CyclicSchedule(
        optim.Optimizer optimizer, PerGroup baseLr, PerGroup maxLr, int stepsUp, int stepsDown, CyclicMode mode, double gamma, Func<double, double>? scale,
        CyclicScaleMode scaleMode, bool cycleMomentum, PerGroup baseMomentum, PerGroup maxMomentum)
        : base(
            optimizer, nameof(Schedules.CyclicLR), ("baseLr", baseLr.Numbers), ("maxLr", maxLr.Numbers), ("stepSizeUp", stepsUp), ("stepSizeDown", stepsDown),
            ("mode", scale is null ? mode : "scaleFn"), ("gamma", gamma), ("scaleMode", scaleMode), ("cycleMomentum", cycleMomentum),
            ("baseMomentum", baseMomentum.Numbers), ("maxMomentum", maxMomentum.Numbers))
    {
        (this.mode, this.gamma, this.scale, this.scaleMode) = (mode, gamma, scale, scaleMode);
        total = (double)stepsUp + stepsDown;
        upShare = stepsUp / total;
        lows = baseLr.For(Groups.Count, nameof(baseLr));
        tops = maxLr.For(Groups.Count, nameof(maxLr));
        lowMomenta = baseMomentum.For(Groups.Count, nameof(baseMomentum));
        highMomenta = maxMomentum.For(Groups.Count, nameof(maxMomentum));
        ChangesMomentum = cycleMomentum;

        if (cycleMomentum)
        {
            RequireMomentum();
        }

        // PyTorch's initial rate is that of an earlier schedule if there is one, and the lowest rate otherwise.
        BeginWith(Groups.BegunOr(lows));
        Begin();
    }

    private protected override bool ChangesMomentum { get; }

    private protected override double Rate(int group) => lows[group] + Height(tops[group] - lows[group]);

    private protected override double Momentum(int group) => highMomenta[group] - Height(highMomenta[group] - lowMomenta[group]);

    private double Height(double amplitude)
    {
        var cycle = Math.Floor(1 + (StepCount / total));
        var x = 1 + (StepCount / total) - cycle;
        var share = x <= upShare ? x / upShare : (x - 1) / (upShare - 1);
        return amplitude * share * Scale(cycle);
    }

    private double Scale(double cycle) => scale is not null ? scale(scaleMode == CyclicScaleMode.Cycle ? cycle : StepCount) : mode switch
    {
        CyclicMode.Triangular2 => 1 / Math.Pow(2, cycle - 1),
        CyclicMode.ExpRange => Math.Pow(gamma, StepCount),
        _ => 1,
    };
}
