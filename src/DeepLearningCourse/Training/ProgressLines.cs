using System.Globalization;
using Spectre.Console;

namespace DeepLearningCourse.Training;

/// <summary>A plain line an epoch, for logs and redirected output.</summary>
internal sealed class ProgressLines(IAnsiConsole console, int epochs) : ProgressDisplay
{
    public override void EpochEnded(EpochResult result)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"Epoch {result.Epoch}/{epochs}  {Figures(result)}  ({result.Duration.TotalSeconds:F2} s)\n");

        // Straight to the writer: a log's lines must not be wrapped at a console's width.
        console.Profile.Out.Writer.Write(line);
    }
}
