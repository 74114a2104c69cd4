using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>The learning rate before, times a function of the step for each group.</summary>
internal sealed class FactorSchedule : Schedule
{
    private readonly Func<long, double>[] factors;

    public FactorSchedule(optim.Optimizer optimizer, IReadOnlyList<Func<long, double>>? factors, Func<long, double>? common)
        : base(optimizer, nameof(Schedules.MultiplicativeLR))
    {
        this.factors = GroupFunctions.For(Groups.Count, factors, common);
        BeginWith(Bases);
    }

    internal override void Advance(double? metric)
    {
        StepCount++;

        for (var group = 0; group < Groups.Count; group++)
        {
            Groups[group] *= factors[group](StepCount);
        }
    }

    internal override void Begin() => StepCount = 0;

    // It knows no learning rates of its own: it goes on from the one that the schedule before it left.
    internal override void BeginAnew() => Begin();
}
