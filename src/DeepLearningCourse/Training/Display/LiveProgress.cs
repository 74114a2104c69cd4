using Spectre.Console;

namespace DeepLearningCourse.Training.Display;

/// <summary>A table of the last epochs and the state of the moment, drawn over and over.</summary>
internal sealed class LiveProgress(IAnsiConsole console, TimeProvider clock) : ProgressDisplay
{
    // A terminal shows some ten frames a second; drawing each of thousands of steps would only cost time.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);

    private readonly RunPace pace = new(clock);
    private readonly FramePace frames = new(clock, ShortestInterval);
    private LiveDisplayContext? context;

    /// <summary>Runs something under the display.</summary>
    public void Start(Action run) => console.Live(new Text(""))
        .Overflow(VerticalOverflow.Crop)
        .Cropping(VerticalOverflowCropping.Top)
        .Start(live =>
        {
            context = live;
            run();
        });

    protected override bool IsDue(TrainingRun run) => frames.IsDue;

    protected override void Started(TrainingRun run)
    {
        pace.Start(run);

        if (RunText.Resumed(run) is { } resumed)
        {
            console.Write(new Paragraph(resumed + "\n"));
        }

        Draw(run, RunText.Batch(run));
    }

    protected override void StepEnded(TrainingRun run) => Draw(run, RunText.Batch(run));

    protected override void ValidationStarted(TrainingRun run)
    {
        if (IsDue(run))
        {
            Draw(run, "validating");
        }
    }

    protected override void EpochEnded(TrainingRun run, EpochResult epoch)
    {
        pace.EndEpoch(run);

        if (IsDue(run))
        {
            Draw(run, RunText.Batch(run));
        }
    }

    protected override void Ended(TrainingRun run, string text)
    {
        ProgressFrame frame = new(console, run, pace);
        context?.UpdateTarget(frame.Last(text, run.LastCheckpoint));
    }

    // Above the display, where it stays.
    protected override void Warn(string warning) => console.Write(new Paragraph($"Warning: {warning}\n", new Style(Color.Yellow)));

    private void Draw(TrainingRun run, string doing) => frames.Show(() => context?.UpdateTarget(new ProgressFrame(console, run, pace).Now(doing)));
}
