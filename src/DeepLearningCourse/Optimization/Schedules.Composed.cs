using DeepLearningCourse.Optimization.Scheduling;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <content>The schedules that are made of schedules.</content>
public static partial class Schedules
{
    /// <summary>One schedule after the other.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="schedules">The schedules, made from the same optimizer. From then on the sequence makes their steps.</param>
    /// <param name="milestones">The steps at which the second and later ones begin, from 1 on, each greater than the one before.</param>
    /// <exception cref="ArgumentException">There are not one milestone fewer than schedules, they are not in order; or a schedule was made from another
    /// optimizer, is in another schedule, or is there twice.</exception>
    /// <remarks>
    /// Each begins at its own step 0, from the learning rates that it was made with; MultiplicativeLR goes on from what the one before it left. A ChainedScheduler
    /// or a SequentialLR inside begins as any other; PyTorch fails when it comes to one, and counts a step too many for a SequentialLR that is the first.
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html"/>
    /// </remarks>
    public static Schedule SequentialLR(optim.Optimizer optimizer, IEnumerable<Schedule> schedules, IEnumerable<int> milestones)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        ArgumentNullException.ThrowIfNull(milestones);
        Schedule[] all = [.. schedules];
        long[] steps = [.. milestones];

        return all.Length > 0 && steps.Length == all.Length - 1 && steps.All(step => step > 0) && steps.Zip(steps.Skip(1)).All(pair => pair.First < pair.Second)
            ? new SequentialSchedule(optimizer, all, steps)
            : throw new ArgumentException($"{all.Length} schedules one after the other need {Math.Max(0, all.Length - 1)} milestones from 1 on, each greater than "
                + $"the one before, and there are {steps.Length}: [{string.Join(", ", steps)}].", nameof(milestones));
    }

    /// <summary>Several schedules at once: each changes what the one before it left.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="schedules">The schedules, made from the same optimizer. From then on the chain makes their steps.</param>
    /// <exception cref="ArgumentException">There are no schedules, or one needs a value to watch, was made from another optimizer, is in another schedule, or is
    /// there twice.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html"/></remarks>
    public static Schedule ChainedScheduler(optim.Optimizer optimizer, params IEnumerable<Schedule> schedules)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        Schedule[] all = [.. schedules];
        return all.Length > 0 && !all.Any(schedule => schedule.NeedsMetric)
            ? new ChainedSchedule(optimizer, all)
            : throw new ArgumentException("A chain needs schedules, and none that watches a value.", nameof(schedules));
    }
}
