namespace DeepLearningCourse.TensorBoard.Tests;

/// <summary>A clock that stands still.</summary>
internal sealed class FixedClock(long unixSeconds) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(unixSeconds).AddMilliseconds(500);
}
