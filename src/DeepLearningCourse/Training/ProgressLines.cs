using System.Globalization;
using Spectre.Console;

namespace DeepLearningCourse.Training;

/// <summary>A plain line an epoch, for logs and redirected output.</summary>
internal sealed class ProgressLines(IAnsiConsole console, int epochs) : ProgressDisplay
{
    public override void OnEpochEnded(TrainingRun run, EpochResult epoch)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"Epoch {epoch.Epoch}/{epochs}  {Figures(epoch)}  ({epoch.Duration.TotalSeconds:F2} s)\n");

        // Straight to the writer: a log's lines must not be wrapped at a console's width.
        console.Profile.Out.Writer.Write(line);
    }
}
