using System.Globalization;
using System.Text;
using Spectre.Console;

namespace DeepLearningCourse.Training.Display;

/// <summary>A plain line an epoch, for logs and redirected output; within long epochs one now and then.</summary>
internal sealed class ProgressLines(IAnsiConsole console, TimeProvider clock) : ProgressDisplay
{
    // Short runs stay short: a line within an epoch is for those who wait.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly RunPace pace = new(clock);
    private long lastLine = clock.GetTimestamp();

    protected override bool IsDue(TrainingRun run) => run.Step % run.Options.LogEverySteps == 0 && clock.GetElapsedTime(lastLine) >= Patience;

    protected override void Started(TrainingRun run)
    {
        pace.Start(run);
        lastLine = clock.GetTimestamp();

        if (RunText.Resumed(run) is { } resumed)
        {
            Write(resumed);
        }
    }

    protected override void StepEnded(TrainingRun run)
    {
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"Epoch {run.Epoch}/{run.Options.Epochs}  {RunText.Batch(run)}  step {run.Step}  {RunText.Now(run)}");

        if (pace.SamplesPerSecond(run) is { } speed)
        {
            line.Append(CultureInfo.InvariantCulture, $"  {Figures.Count(speed)} samples/s");
        }

        if (pace.TimeLeft(run) is { } left)
        {
            line.Append(CultureInfo.InvariantCulture, $"  {Figures.Clock(left)} left");
        }

        Write(line.ToString());
    }

    protected override void EpochEnded(TrainingRun run, EpochResult epoch)
    {
        pace.EndEpoch(run);
        Write(string.Create(CultureInfo.InvariantCulture,
            $"Epoch {epoch.Epoch}/{run.Options.Epochs}  {RunText.Figures(epoch)}  ({epoch.Duration.TotalSeconds:F2} s)"));
    }

    protected override void Ended(TrainingRun run, string text)
    {
        if (run.History.Epochs is [.., { IsPartial: true } partial])
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"Epoch {partial.Epoch}/{run.Options.Epochs} (partial)  {RunText.Figures(partial)}"));
        }

        // The last epoch's line says as much of a run that came to its end.
        if (run.History.StopReason != StopReason.Completed)
        {
            Write(text);
        }

        if (run.LastCheckpoint is { } checkpoint)
        {
            Write($"Checkpoint: {checkpoint}");
        }
    }

    protected override void Warn(string warning) => Write($"Warning: {warning}");

    private void Write(string line)
    {
        // Straight to the writer: a log's lines must not be wrapped at a console's width.
        console.Profile.Out.Writer.Write(line + "\n");
        lastLine = clock.GetTimestamp();
    }
}
