using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>Several schedules at once, each changing what the one before it left.</summary>
internal sealed class ChainedSchedule(optim.Optimizer optimizer, IReadOnlyList<Schedule> schedules) : Schedule(optimizer, "ChainedScheduler")
{
    private protected override IReadOnlyList<Schedule> Inner => schedules;

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
