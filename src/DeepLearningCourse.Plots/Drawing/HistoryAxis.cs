using DeepLearningCourse.Training;

namespace DeepLearningCourse.Plots.Drawing;

/// <summary>Where the points of a history lie: at the ends of epochs, what is within an epoch between them; at steps if no epoch was completed.</summary>
internal sealed class HistoryAxis
{
    private readonly Dictionary<int, (long Begin, long Steps)> epochs = [];
    private readonly int lastEpoch;
    private readonly long stepsBefore;

    public HistoryAxis(TrainingHistory history)
    {
        foreach (var epoch in history.Epochs.Where(epoch => !epoch.IsPartial))
        {
            epochs[lastEpoch = epoch.Epoch] = (stepsBefore, epoch.Steps);
            stepsBefore += epoch.Steps;
        }
    }

    public bool CountsSteps => epochs.Count == 0;

    public double Of(EpochResult epoch) => !epoch.IsPartial ? epoch.Epoch : CountsSteps ? epoch.Steps : AfterLast(epoch.Steps);

    public double Of(ValidationResult validation)
    {
        if (CountsSteps)
        {
            return validation.Step;
        }

        return epochs.TryGetValue(validation.Epoch, out var place)
            ? validation.Epoch - 1 + Part(validation.Step - place.Begin, place.Steps)
            : AfterLast(validation.Step - stepsBefore);
    }

    /// <summary>A place in the epoch that the run was stopped in: it would have been as long as the one before.</summary>
    private double AfterLast(long steps) => lastEpoch + Part(steps, epochs[lastEpoch].Steps);

    private static double Part(long done, long steps) => steps == 0 ? 1 : Math.Clamp((double)done / steps, 0, 1);
}
