using System.Globalization;
using System.Text;

namespace DeepLearningCourse.Training;

/// <summary>What a training run did, epoch by epoch.</summary>
public sealed class TrainingHistory
{
    private readonly List<EpochResult> epochs = [];
    private readonly List<string> warnings = [];

    internal TrainingHistory()
    {
    }

    /// <summary>The completed epochs, in order.</summary>
    public IReadOnlyList<EpochResult> Epochs => epochs;

    /// <summary>What looked odd on the first batch, without being surely wrong; empty without <see cref="TrainerOptions.CheckFirstBatch"/>.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Why the run ended.</summary>
    public StopReason StopReason { get; internal set; } = StopReason.Failed;

    /// <summary>The mean training loss of each completed epoch.</summary>
    public IReadOnlyList<double> TrainLosses => [.. epochs.Select(epoch => epoch.TrainLoss)];

    /// <summary>The mean validation loss of each completed epoch; empty without validation data.</summary>
    public IReadOnlyList<double> ValidationLosses =>
        [.. epochs.Where(epoch => epoch.Validation is not null).Select(epoch => epoch.Validation!.Loss)];

    /// <summary>The history as a table, a line an epoch.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("epoch  train loss  validation loss  accuracy");
        foreach (var epoch in epochs)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n{epoch.Epoch,5}  {epoch.TrainLoss,10:F4}  {epoch.Validation?.Loss,15:F4}  {epoch.Validation?.Accuracy,8:F4}");
        }

        return text.ToString();
    }

    internal void Add(EpochResult epoch) => epochs.Add(epoch);

    internal void Warn(IEnumerable<string> sentences) => warnings.AddRange(sentences);
}
