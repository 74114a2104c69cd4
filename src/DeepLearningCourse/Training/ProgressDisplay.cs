using System.Globalization;
using Spectre.Console;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What a person sees while a network trains; this one shows nothing.</summary>
internal class ProgressDisplay
{
    protected ProgressDisplay()
    {
    }

    /// <summary>Runs a training under the display that fits the options and the console.</summary>
    public static TrainingHistory Show(
        TrainerOptions options, IEnumerable<(Tensor features, Tensor target)> train, Func<ProgressDisplay, TrainingHistory> run)
    {
        if (!options.ShowProgress)
        {
            return run(new ProgressDisplay());
        }

        var console = options.Console ?? AnsiConsole.Console;
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            return run(new ProgressLines(console, options.Epochs));
        }

        var batches = train.TryGetNonEnumeratedCount(out var count) ? count : (int?)null;
        return ProgressBar.Show(console, options.Epochs, batches, run);
    }

    public virtual void BatchEnded(int epoch, double meanLoss)
    {
    }

    public virtual void EpochEnded(EpochResult result)
    {
    }

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
