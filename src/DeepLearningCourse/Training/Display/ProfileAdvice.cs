using System.Globalization;

namespace DeepLearningCourse.Training.Display;

/// <summary>What a person may do about where the time of steps goes.</summary>
internal static class ProfileAdvice
{
    // From these shares on a part is worth a word; a step below the time costs calls more than arithmetic.
    private const double MuchData = 0.4;
    private const double MuchOther = 0.25;
    private const double MuchUpdate = 0.4;
    private const double ShortStep = 500;

    public static string For(TrainingProfile profile)
    {
        if (profile.Steps == 0)
        {
            return "No step was made, so there is nothing to say.";
        }

        var (data, update, other) = (profile.Parts[0].Share, profile.Parts[3].Share, profile.Parts[4].Share);

        if (data > MuchData)
        {
            return $"{Percent(data)} of the time goes into waiting for data: give the DataLoader more workers (numWorkers), return arrays and numbers from the dataset "
                + "in place of tensors, or keep data that fits into memory in an InMemoryDataset.";
        }

        if (other > MuchOther)
        {
            return $"{Percent(other)} of the time goes into callbacks, checkpoints and validations within epochs: let them come less often "
                + "(TrainerOptions.ValidateEverySteps, Checkpoint's everySteps).";
        }

        if (update > MuchUpdate)
        {
            return $"{Percent(update)} of the time goes into the optimizer's step: make it with Optimizers, whose steps are fused, or make fewer steps with larger batches "
                + "(batchSize, or TrainerOptions.BatchesPerStep).";
        }

        return profile.MicrosecondsPerStep < ShortStep
            ? "Data does not hold the network up, and steps are so short that calls cost more than arithmetic: larger batches train more samples in the same time."
            : "Data does not hold the network up: most of the time is the network's own. A smaller network, a GPU or Precision.BFloat16 where the device supports it would be faster.";
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");
}
