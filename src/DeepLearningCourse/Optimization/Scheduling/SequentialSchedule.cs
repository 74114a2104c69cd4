using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>One schedule after the other.</summary>
internal sealed class SequentialSchedule : Schedule
{
    private readonly IReadOnlyList<Schedule> schedules;
    private readonly IReadOnlyList<long> milestones;

    public SequentialSchedule(optim.Optimizer optimizer, IReadOnlyList<Schedule> schedules, IReadOnlyList<long> milestones)
        : base(optimizer, "SequentialLR")
    {
        this.schedules = schedules;
        this.milestones = milestones;
        schedules[0].Begin();
    }

    public override bool NeedsMetric => schedules[Current].NeedsMetric;

    private protected override IReadOnlyList<Schedule> Inner => schedules;

    private int Current => milestones.Count(milestone => milestone <= StepCount + 1);

    internal override void Advance(double? metric)
    {
        var current = Current;
        StepCount++;

        if (current > 0 && milestones[current - 1] == StepCount)
        {
            schedules[current].Begin();
        }
        else
        {
            schedules[current].Advance(metric);
        }
    }

    internal override void Begin()
    {
        StepCount = 0;
        schedules[0].Begin();
    }
}
