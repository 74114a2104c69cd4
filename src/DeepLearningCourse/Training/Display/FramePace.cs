namespace DeepLearningCourse.Training.Display;

/// <summary>When the next frame of a display is due: not before a shortest interval, and later where frames are slow.</summary>
internal sealed class FramePace
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    // What is slow gets fewer frames, so that they take no more than a hundredth of the time.
    private const double IntervalPerCost = 100;

    private readonly TimeProvider clock;
    private readonly TimeSpan shortest;
    private TimeSpan interval;
    private long lastFrame;

    public FramePace(TimeProvider clock, TimeSpan shortest) => (this.clock, this.shortest, interval) = (clock, shortest, shortest);

    public bool IsDue => clock.GetElapsedTime(lastFrame) >= interval;

    /// <summary>Shows a frame and measures it.</summary>
    public void Show(Action frame)
    {
        var began = clock.GetTimestamp();
        frame();
        lastFrame = clock.GetTimestamp();
        var wanted = clock.GetElapsedTime(began, lastFrame) * IntervalPerCost;
        interval = wanted < shortest ? shortest : wanted > Longest ? Longest : wanted;
    }
}
