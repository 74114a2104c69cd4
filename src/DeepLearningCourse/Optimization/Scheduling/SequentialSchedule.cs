using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>One schedule after the other.</summary>
internal sealed class SequentialSchedule : Schedule
{
    private readonly Schedule[] schedules;
    private readonly long[] milestones;

    public SequentialSchedule(optim.Optimizer optimizer, Schedule[] schedules, long[] milestones)
        : base(optimizer, nameof(Schedules.SequentialLR), ("milestones", milestones))
    {
        Own(schedules);
        this.schedules = schedules;
        this.milestones = milestones;
        BeginWith(Bases);
        BeginAnew();
    }

    public override bool NeedsMetric => schedules[Current].NeedsMetric;

    private protected override Schedule[] Inner => schedules;

    /// <summary>The schedule that makes the next step.</summary>
    private int Current
    {
        get
        {
            var current = 0;

            while (current < milestones.Length && milestones[current] <= StepCount + 1)
            {
                current++;
            }

            return current;
        }
    }

    private bool ComesToNext => Current is > 0 and var current && milestones[current - 1] == StepCount + 1;

    internal override void RequireNext()
    {
        if (!ComesToNext)
        {
            schedules[Current].RequireNext();
        }
    }

    internal override void Advance(double? metric)
    {
        var (current, next) = (Current, ComesToNext);
        StepCount++;

        if (next)
        {
            schedules[current].BeginAnew();
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
