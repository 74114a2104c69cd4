using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>The learning rate that the schedule began with, times a function of the step for each group.</summary>
internal sealed class LambdaSchedule : DirectSchedule
{
    private readonly Func<long, double>[] factors;

    public LambdaSchedule(optim.Optimizer optimizer, IReadOnlyList<Func<long, double>>? factors, Func<long, double>? common)
        : base(optimizer, nameof(Schedules.LambdaLR))
    {
        this.factors = GroupFunctions.For(Groups.Count, factors, common);
        BeginWith(Bases);
        Begin();
    }

    private protected override double Rate(int group) => Bases[group] * factors[group](StepCount);
}
