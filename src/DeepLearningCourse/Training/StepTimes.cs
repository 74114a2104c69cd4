using System.Diagnostics;

namespace DeepLearningCourse.Training;

/// <summary>How the time of steps divides; all for the same number of steps.</summary>
/// <remarks>On a GPU, which works on its own, the times are those of the calls, and the loss's number waits for all of them.</remarks>
/// <param name="Data">Waiting for batches, and copying them to the device.</param>
/// <param name="Forward">Forward and loss.</param>
/// <param name="Backward">Backward, and reading the loss.</param>
/// <param name="Update">Zeroing gradients, clipping, the optimizer's step, schedules and averages.</param>
/// <param name="Other">Callbacks and progress.</param>
public readonly record struct StepTimes(TimeSpan Data, TimeSpan Forward, TimeSpan Backward, TimeSpan Update, TimeSpan Other)
{
    /// <summary>The whole.</summary>
    public TimeSpan Total => Data + Forward + Backward + Update + Other;

    internal TimeSpan[] Parts => [Data, Forward, Backward, Update, Other];

    internal StepTimes Plus(StepTimes other) =>
        new(Data + other.Data, Forward + other.Forward, Backward + other.Backward, Update + other.Update, Other + other.Other);

    internal static StepTimes From(IReadOnlyList<TimeSpan> parts) =>
        parts is [var data, var forward, var backward, var update, var other] ? new StepTimes(data, forward, backward, update, other) : default;

    internal static StepTimes FromTicks(ReadOnlySpan<long> ticks) => new(
        Stopwatch.GetElapsedTime(0, ticks[0]), Stopwatch.GetElapsedTime(0, ticks[1]), Stopwatch.GetElapsedTime(0, ticks[2]),
        Stopwatch.GetElapsedTime(0, ticks[3]), Stopwatch.GetElapsedTime(0, ticks[4]));
}
