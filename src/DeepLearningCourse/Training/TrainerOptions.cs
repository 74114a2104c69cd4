using Spectre.Console;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>How a <see cref="Trainer"/> trains.</summary>
public sealed record TrainerOptions
{
    /// <summary>How many times <see cref="Trainer.Fit"/> goes through the training data: the slides' <c>EPOCHS</c>. Default 10, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Where the network is and each batch is moved to. Default: the device of the network's first parameter.</summary>
    public Device? Device { get; init; }

    /// <summary>Whether to show a progress bar, or a plain line an epoch where the output is redirected. Default true.</summary>
    public bool ShowProgress { get; init; } = true;

    /// <summary>Whether the first batch of a <see cref="Trainer.Fit"/> is checked for silent mistakes: targets of another
    /// shape than the predictions, NaN in the data, layers that get no gradient or that the optimizer does not hold. Default true.</summary>
    public bool CheckFirstBatch { get; init; } = true;

    /// <summary>Where the progress is shown. Default: the process's console.</summary>
    public IAnsiConsole? Console { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    internal void Validate()
    {
        if (Epochs < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Epochs), Epochs, "TrainerOptions.Epochs is the number of times the data is gone through: at least 1.");
        }
    }
}
