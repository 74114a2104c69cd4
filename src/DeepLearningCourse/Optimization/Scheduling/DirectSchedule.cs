using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>A schedule whose learning rate follows from the step alone; it may change the momentum too.</summary>
internal abstract class DirectSchedule : Schedule
{
    private protected DirectSchedule(optim.Optimizer optimizer, string kind, params ReadOnlySpan<(string, object?)> options)
        : base(optimizer, kind, options)
    {
    }

    internal sealed override void Advance(double? metric)
    {
        StepCount++;
        Apply();
    }

    internal sealed override void Begin()
    {
        StepCount = 0;
        Apply();
    }

    /// <summary>The learning rate of a group at this step.</summary>
    private protected abstract double Rate(int group);

    /// <summary>The momentum of a group at this step, if the schedule changes it.</summary>
    private protected virtual double Momentum(int group) => 0;

    /// <exception cref="ArgumentException">The optimizer has no momentum to change.</exception>
    private protected void RequireMomentum()
    {
        if (!Groups.HaveMomentum)
        {
            throw new ArgumentException(
                $"{Kind} is to change the momentum too, and this optimizer has none. Give cycleMomentum: false, or take an optimizer with momentum or betas.");
        }
    }

    private void Apply()
    {
        for (var group = 0; group < Groups.Count; group++)
        {
            Groups[group] = Rate(group);

            if (ChangesMomentum)
            {
                Groups.SetMomentum(group, Momentum(group));
            }
        }
    }
}
