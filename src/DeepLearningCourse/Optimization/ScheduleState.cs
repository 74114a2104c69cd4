namespace DeepLearningCourse.Optimization;

/// <summary>Where a schedule stands, to be kept (as JSON, for instance) and given to <see cref="Schedule.Restore"/>.</summary>
public sealed record ScheduleState
{
    /// <summary>The kind of schedule, under PyTorch's name, for instance <c>StepLR</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The steps that were made.</summary>
    public required long StepCount { get; init; }

    /// <summary>The learning rate of each group that the schedule began with.</summary>
    public required IReadOnlyList<double> BaseLearningRates { get; init; }

    /// <summary>The learning rate of each group.</summary>
    public required IReadOnlyList<double> LearningRates { get; init; }

    /// <summary>The numbers that only this kind of schedule has. Infinity does not occur: what is not known yet is missing.</summary>
    public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    /// <summary>The schedules inside, in their order.</summary>
    public IReadOnlyList<ScheduleState> Schedules { get; init; } = [];
}
