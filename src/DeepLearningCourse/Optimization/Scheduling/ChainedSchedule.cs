using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>Several schedules at once, each changing what the one before it left.</summary>
internal sealed class ChainedSchedule : Schedule
{
    private readonly Schedule[] schedules;

    public ChainedSchedule(optim.Optimizer optimizer, Schedule[] schedules)
        : base(optimizer, nameof(Schedules.ChainedScheduler))
    {
        Own(schedules);
        this.schedules = schedules;
    }

    private protected override Schedule[] Inner => schedules;

    internal override void RequireNext()
    {
        foreach (var schedule in schedules)
        {
            schedule.RequireNext();
        }
    }

    internal override void Advance(double? metric)
    {
        StepCount++;

        foreach (var schedule in schedules)
        {
            schedule.Advance(metric);
        }
    }

    internal override void Begin()
    {
        StepCount = 0;

        foreach (var schedule in schedules)
        {
            schedule.Begin();
        }
    }
}
