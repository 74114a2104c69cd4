using DeepLearningCourse.Training;

namespace DeepLearningCourse.Plots.Drawing;

/// <summary>Where the points of a history lie: at the ends of epochs, validations within an epoch between them; at steps if no epoch was completed.</summary>
internal sealed class HistoryAxis
{
    private readonly TrainingHistory history;
    private readonly Dictionary<int, (long Begin, long Steps)> epochs = [];

    public HistoryAxis(TrainingHistory history)
    {
        this.history = history;
        var begin = 0L;

        foreach (var epoch in history.Epochs)
        {
            epochs[epoch.Epoch] = (begin, epoch.Steps);
            begin += epoch.Steps;
        }
    }

    public bool CountsSteps => history.Epochs.Count == 0;

    public double Of(ValidationResult validation)
    {
        if (CountsSteps)
        {
            return validation.Step;
        }

        if (epochs.TryGetValue(validation.Epoch, out var place))
        {
            return validation.Epoch - 1 + Part(validation.Step - place.Begin, place.Steps);
        }

        // The run was stopped in this epoch: it would have been as long as the one before.
        var last = history.Epochs[^1];
        var (lastBegin, steps) = epochs[last.Epoch];
        return last.Epoch + Part(validation.Step - lastBegin - steps, steps);
    }

    private static double Part(long done, long steps) => steps == 0 ? 1 : Math.Clamp((double)done / steps, 0, 1);
}
