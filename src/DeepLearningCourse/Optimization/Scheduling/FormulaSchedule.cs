using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>A schedule whose next learning rate follows from the last one, as PyTorch computes it: such schedules can be chained.</summary>
internal class FormulaSchedule : Schedule
{
    private readonly double start;
    private readonly Func<long, double, double, double> next;

    /// <param name="optimizer">The optimizer.</param>
    /// <param name="kind">PyTorch's name.</param>
    /// <param name="start">What the learning rate is multiplied with at step 0.</param>
    /// <param name="next">The learning rate at a step, from the step, the rate before, and the one that the schedule began with.</param>
    /// <param name="options">The options, to be kept in the state.</param>
    public FormulaSchedule(
        optim.Optimizer optimizer, string kind, double start, Func<long, double, double, double> next, params ReadOnlySpan<(string, object?)> options)
        : base(optimizer, kind, options)
    {
        this.start = start;
        this.next = next;
        BeginWith(Bases);
        Begin();
    }

    internal override void Advance(double? metric)
    {
        StepCount++;

        for (var group = 0; group < Groups.Count; group++)
        {
            Groups[group] = next(StepCount, Groups[group], Bases[group]);
        }
    }

    internal sealed override void Begin()
    {
        StepCount = 0;

        for (var group = 0; group < Groups.Count; group++)
        {
            Groups[group] *= start;
        }
    }
}
