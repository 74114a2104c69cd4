using System.Globalization;
using Microsoft.Extensions.Options;

namespace DeepLearningCourse.Hosting;

/// <summary>Says of each setting that cannot be what is wrong with it, all at once.</summary>
internal sealed class TrainerServiceOptionsValidation : IValidateOptions<TrainerServiceOptions>
{
    public ValidateOptionsResult Validate(string? name, TrainerServiceOptions options)
    {
        List<string> problems = [];

        if (string.IsNullOrWhiteSpace(options.Folder))
        {
            problems.Add($"{Name(nameof(options.Folder))} is empty: it is the folder of the queue and the checkpoints, for instance runs.");
        }

        if (LearningRateProblem(options.LearningRate, Name(nameof(options.LearningRate))) is { } problem)
        {
            problems.Add(problem);
        }

        AtLeast(1, options.Epochs, nameof(options.Epochs), "the number of times the data is gone through");
        AtLeast(1, options.LogEverySteps, nameof(options.LogEverySteps), "the number of steps from one report of the progress to the next");
        AtLeast(1, options.CheckpointEverySteps ?? 1, nameof(options.CheckpointEverySteps), "the number of steps from one checkpoint to the next, or left out for none within epochs");
        AtLeast(1, options.CheckpointEveryEpochs, nameof(options.CheckpointEveryEpochs), "the number of epochs from one checkpoint to the next");
        AtLeast(1, options.KeepCheckpoints, nameof(options.KeepCheckpoints), "the number of checkpoints that stay");
        AtLeast(1, options.RunsAtOnce, nameof(options.RunsAtOnce), "the number of runs that train at the same time");
        AtLeast(0, options.KeepEndedRuns, nameof(options.KeepEndedRuns), "the number of ended runs that are remembered");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void AtLeast(int least, int value, string setting, string meaning)
        {
            if (value < least)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{Name(setting)} is {value}: it is {meaning}, at least {least}."));
            }
        }
    }

    /// <summary>What is wrong with a learning rate; null if nothing.</summary>
    public static string? LearningRateProblem(double value, string name) => double.IsFinite(value) && value > 0 ? null
        : string.Create(CultureInfo.InvariantCulture, $"{name} is {value}: a learning rate is a number greater than 0, for instance 0.001.");

    private static string Name(string setting) => $"{nameof(TrainerServiceOptions)}.{setting}";
}
