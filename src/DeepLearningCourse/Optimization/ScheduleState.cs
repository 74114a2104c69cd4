using System.Collections.ObjectModel;
using System.Text.Json.Serialization;

namespace DeepLearningCourse.Optimization;

/// <summary>Where a schedule stands, to be kept (as JSON, for instance) and given to <see cref="Schedule.Restore"/>.</summary>
/// <remarks>
/// System.Text.Json writes and reads it bit for bit, infinity included. Two states are equal if all their numbers are. The functions of
/// <c>LambdaLR</c>, <c>MultiplicativeLR</c> and <c>CyclicLR</c> are not part of it: the schedule that is restored has its own.
/// </remarks>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record ScheduleState
{
    /// <summary>The kind of schedule, under PyTorch's name, for instance <c>StepLR</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The steps that were made.</summary>
    public required long StepCount { get; init; }

    /// <summary>The learning rate of each group that the schedule began with.</summary>
    public required IReadOnlyList<double> BaseLearningRates
    {
        get;
        init => field = Copy(value);
    }

    /// <summary>The learning rate of each group.</summary>
    public required IReadOnlyList<double> LearningRates
    {
        get;
        init => field = Copy(value);
    }

    /// <summary>The momentum (or first beta) of each group, if the schedule changes it; else empty.</summary>
    public IReadOnlyList<double> Momenta
    {
        get;
        init => field = Copy(value);
    } = [];

    /// <summary>The numbers that only this kind of schedule has.</summary>
    public IReadOnlyDictionary<string, double> Values
    {
        get;
        init => field = Copy(value);
    } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The options that the schedule was made with, as texts: <see cref="Schedule.Restore"/> compares them.</summary>
    public IReadOnlyDictionary<string, string> Options
    {
        get;
        init => field = Copy(value);
    } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The schedules inside, in their order.</summary>
    public IReadOnlyList<ScheduleState> Schedules
    {
        get;
        init => field = Copy(value);
    } = [];

    /// <summary>Whether two states are the same, number by number.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(ScheduleState? other) => other is not null
        && Kind == other.Kind
        && StepCount == other.StepCount
        && BaseLearningRates.SequenceEqual(other.BaseLearningRates)
        && LearningRates.SequenceEqual(other.LearningRates)
        && Momenta.SequenceEqual(other.Momenta)
        && Same(Values, other.Values)
        && Same(Options, other.Options)
        && Schedules.SequenceEqual(other.Schedules);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, StepCount, LearningRates.Count > 0 ? LearningRates[0] : 0, Schedules.Count);

    private static IReadOnlyList<T> Copy<T>(IReadOnlyList<T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return [.. value];
    }

    private static ReadOnlyDictionary<string, T> Copy<T>(IReadOnlyDictionary<string, T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(new Dictionary<string, T>(value));
    }

    private static bool Same<T>(IReadOnlyDictionary<string, T> left, IReadOnlyDictionary<string, T> right) =>
        left.Count == right.Count && left.All(entry => right.TryGetValue(entry.Key, out var value) && EqualityComparer<T>.Default.Equals(entry.Value, value));
}
