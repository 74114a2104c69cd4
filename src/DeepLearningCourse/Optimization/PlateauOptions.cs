using DeepLearningCourse.Optimization.Scheduling;

namespace DeepLearningCourse.Optimization;

/// <summary>When <see cref="Schedules.ReduceLROnPlateau"/> lowers the learning rate, and how far.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html"/></remarks>
public sealed record PlateauOptions
{
    /// <summary>Which way the value is to go. Default: down.</summary>
    public PlateauMode Mode { get; init; }

    /// <summary>What the learning rate is multiplied with, less than 1.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>How many steps without getting better are borne.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>How much better counts as better.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>What the threshold is compared with.</summary>
    public PlateauThreshold ThresholdMode { get; init; }

    /// <summary>How many steps after a reduction are not counted.</summary>
    public int Cooldown { get; init; }

    /// <summary>The lowest learning rate: one for all groups, or one for each.</summary>
    public PerGroup MinLr { get; init; }

    /// <summary>Smaller changes than this are not made.</summary>
    public double Eps { get; init; } = 1e-8;

    internal void Validate()
    {
        ScheduleChecks.Known(Mode);
        ScheduleChecks.Known(ThresholdMode);

        if (!(Factor is > 0 and < 1))
        {
            throw OptionChecks.Wrong(nameof(Factor), Factor, "is greater than 0 and less than 1");
        }

        OptionChecks.NotNegative(Patience);
        OptionChecks.NotNegative(Threshold);
        OptionChecks.NotNegative(Cooldown);
        ScheduleChecks.NotNegative(MinLr);
        OptionChecks.NotNegative(Eps);
    }
}
