using System.Globalization;
using Spectre.Console;

namespace DeepLearningCourse.Training;

/// <summary>What a person sees while a network trains; a bar or plain lines.</summary>
internal abstract class ProgressDisplay : ITrainingCallback
{
    public int Order => int.MaxValue;

    /// <summary>Runs a training under the display that fits the options and the console; null if there is to be none.</summary>
    public static TrainingHistory Show(TrainerOptions options, int? batches, Func<ProgressDisplay?, TrainingHistory> run)
    {
        if (!options.ShowProgress)
        {
            return run(null);
        }

        var console = options.Console ?? AnsiConsole.Console;
        return console.Profile.Capabilities is { Interactive: true, Ansi: true }
            ? ProgressBar.Show(console, options.Epochs, batches, run)
            : run(new ProgressLines(console, options.Epochs));
    }

    public virtual void OnStepEnded(TrainingRun run, StepResult result)
    {
    }

    public abstract void OnEpochEnded(TrainingRun run, EpochResult epoch);

    /// <summary>An epoch's figures in one line.</summary>
    protected static string Figures(EpochResult result)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"loss {result.TrainLoss:F4}");
        if (result.Validation is { } validation)
        {
            text += string.Create(CultureInfo.InvariantCulture, $"  validation loss {validation.Loss:F4}");
            text += validation.Accuracy is { } accuracy
                ? string.Create(CultureInfo.InvariantCulture, $"  accuracy {accuracy:F4}")
                : "";
        }

        return text;
    }
}
