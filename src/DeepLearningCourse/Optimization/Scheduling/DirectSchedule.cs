using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>A schedule whose learning rate follows from the step alone; it may change the momentum too.</summary>
internal sealed class DirectSchedule : Schedule
{
    private readonly Func<int, long, double, double> rate;
    private readonly Func<int, long, double>? momentum;
    private readonly long? last;

    /// <param name="optimizer">The optimizer.</param>
    /// <param name="kind">PyTorch's name.</param>
    /// <param name="rate">The learning rate, from the group's number, the step, and the one that the schedule began with.</param>
    /// <param name="momentum">The momentum, from the group's number and the step; null to leave it.</param>
    /// <param name="bases">The learning rate that each group begins with; null for the optimizer's.</param>
    /// <param name="last">The last step; null if there is none.</param>
    public DirectSchedule(
        optim.Optimizer optimizer, string kind, Func<int, long, double, double> rate, Func<int, long, double>? momentum = null,
        double[]? bases = null, long? last = null)
        : base(optimizer, kind)
    {
        this.rate = rate;
        this.momentum = momentum;
        this.last = last;

        for (var group = 0; group < (bases?.Length ?? 0); group++)
        {
            Bases[group] = Groups[group].InitialLearningRate = bases![group];
        }

        Begin();
    }

    internal override void Advance(double? metric)
    {
        if (StepCount >= last)
        {
            throw new InvalidOperationException(
                $"{Kind} was made for {last} steps, and this is one more. Give it the number of steps that the training has: epochs times batches, or epochs.");
        }

        StepCount++;
        Apply();
    }

    internal override void Begin()
    {
        StepCount = 0;
        Apply();
    }

    private void Apply()
    {
        for (var group = 0; group < Groups.Length; group++)
        {
            Groups[group].LearningRate = rate(group, StepCount, Bases[group]);

            if (momentum is not null)
            {
                GroupMomentum.Set(Groups[group], momentum(group, StepCount));
            }
        }
    }
}
