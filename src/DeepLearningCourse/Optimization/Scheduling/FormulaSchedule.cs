using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>A schedule whose next learning rate follows from the last one, as PyTorch computes it: such schedules can be chained.</summary>
internal sealed class FormulaSchedule : Schedule
{
    private readonly double start;
    private readonly Func<long, double, double, double> next;

    /// <param name="optimizer">The optimizer.</param>
    /// <param name="kind">PyTorch's name.</param>
    /// <param name="start">What the learning rate is multiplied with at step 0.</param>
    /// <param name="next">The learning rate at a step, from the step, the rate before, and the one that the schedule began with.</param>
    public FormulaSchedule(optim.Optimizer optimizer, string kind, double start, Func<long, double, double, double> next)
        : base(optimizer, kind)
    {
        this.start = start;
        this.next = next;

        foreach (var group in Groups)
        {
            group.LearningRate *= start;
        }
    }

    internal override void Advance(double? metric)
    {
        StepCount++;

        for (var group = 0; group < Groups.Length; group++)
        {
            Groups[group].LearningRate = next(StepCount, Groups[group].LearningRate, Bases[group]);
        }
    }

    internal override void Begin()
    {
        StepCount = 0;

        for (var group = 0; group < Groups.Length; group++)
        {
            Groups[group].LearningRate = Bases[group] * start;
        }
    }
}
