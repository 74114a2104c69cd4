using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace DeepLearningCourse.Training;

/// <summary>A bar over all epochs with the figures of the last one.</summary>
internal sealed class ProgressBar : ProgressDisplay
{
    // A terminal shows some ten frames a second; describing each of thousands of steps would only cost time.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ProgressTask task;
    private readonly int epochs;
    private readonly double epochsPerBatch;
    private long lastShown;
    private string figures = "";

    private ProgressBar(ProgressTask task, int epochs, int? batches)
    {
        this.task = task;
        this.epochs = epochs;
        epochsPerBatch = batches is > 0 ? 1.0 / batches.Value : 0;
    }

    public static TrainingHistory Show(
        IAnsiConsole console, int epochs, int? batches, Func<ProgressDisplay?, TrainingHistory> run) =>
        console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => run(new ProgressBar(context.AddTask("Training", maxValue: epochs), epochs, batches)));

    public override void OnStepEnded(TrainingRun run, StepResult result)
    {
        task.Value = run.Epoch - 1 + (run.Batch * epochsPerBatch);
        if (Stopwatch.GetElapsedTime(lastShown) > Interval)
        {
            lastShown = Stopwatch.GetTimestamp();
            Describe(run.Epoch, figures.Length > 0 ? figures : string.Create(CultureInfo.InvariantCulture, $"loss {run.MeanLoss:F4}"));
        }
    }

    public override void OnEpochEnded(TrainingRun run, EpochResult epoch)
    {
        task.Value = epoch.Epoch;
        figures = Figures(epoch);
        Describe(epoch.Epoch, figures);
    }

    private void Describe(int epoch, string text) => task.Description = $"Epoch {epoch}/{epochs}  {text}";
}
