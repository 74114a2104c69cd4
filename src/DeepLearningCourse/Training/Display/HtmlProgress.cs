namespace DeepLearningCourse.Training.Display;

/// <summary>The progress of a run below the cell of a notebook, brought up to date in its place.</summary>
/// <param name="show">Shows HTML, and gives back what puts other HTML in its place.</param>
/// <param name="clock">The time.</param>
internal sealed class HtmlProgress(Func<string, Action<string>> show, TimeProvider clock) : ProgressDisplay
{
    // Each frame goes through the kernel's connection to a browser, which has it drawn: some five a second look alive.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(200);

    private readonly RunPace pace = new(clock);
    private readonly FramePace frames = new(clock, ShortestInterval);
    private Action<string>? update;

    protected override bool IsDue(TrainingRun run) => frames.IsDue;

    protected override void Started(TrainingRun run)
    {
        pace.Start(run);
        Show(new HtmlFrame(run, pace).Now(RunText.Batch(run)));
    }

    protected override void StepEnded(TrainingRun run) => Show(new HtmlFrame(run, pace).Now(RunText.Batch(run)));

    protected override void ValidationStarted(TrainingRun run)
    {
        if (frames.IsDue)
        {
            Show(new HtmlFrame(run, pace).Now("validating"));
        }
    }

    protected override void EpochEnded(TrainingRun run, EpochResult epoch)
    {
        pace.EndEpoch(run);

        if (frames.IsDue)
        {
            Show(new HtmlFrame(run, pace).Now(RunText.Batch(run)));
        }
    }

    protected override void Ended(TrainingRun run, string text) => Show(new HtmlFrame(run, pace).Last(text, run.LastCheckpoint));

    // Every frame has all warnings.
    protected override void Warn(string warning)
    {
    }

    private void Show(string html) => frames.Show(() =>
    {
        if (update is null)
        {
            // What cannot be replaced would be shown again and again.
            update = show(html) ?? throw new InvalidOperationException("Notebook.Current gave nothing to bring what it showed up to date with.");
        }
        else
        {
            update(html);
        }
    });
}
