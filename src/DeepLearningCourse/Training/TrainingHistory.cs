using System.Text;
using DeepLearningCourse.Runtime;
using DeepLearningCourse.Runtime.Display;
using DeepLearningCourse.Training.Display;

namespace DeepLearningCourse.Training;

/// <summary>What a training run did, epoch by epoch.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class TrainingHistory : IHasHtml
{
    private readonly List<EpochResult> epochs = [];
    private readonly List<ValidationResult> validations = [];
    private readonly List<string> warnings = [];

    internal TrainingHistory()
    {
    }

    /// <summary>The epochs, in order. The last one is partial (<see cref="EpochResult.IsPartial"/>) if the run ended within it.</summary>
    public IReadOnlyList<EpochResult> Epochs => epochs;

    /// <summary>Why the run ended.</summary>
    public StopReason StopReason { get; internal set; } = StopReason.Failed;

    /// <summary>All evaluations on the validation data, those within epochs included, in order.</summary>
    public IReadOnlyList<ValidationResult> Validations => validations;

    /// <summary>What a person should know of the run: sentences.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>The checkpoint that the run went on from; null if it began anew.</summary>
    public string? ResumedFrom { get; internal set; }

    /// <summary>The steps of the optimizer, those before the run was resumed included.</summary>
    public long Steps { get; internal set; }

    /// <summary>The steps that were left out because gradients of <see cref="Precision.Float16"/> overflowed: some at a run's beginning are usual.</summary>
    public long SkippedSteps => epochs.Sum(epoch => epoch.SkippedSteps);

    /// <summary>The mean training loss of each epoch; of a partial one, over its batches up to where the run ended.</summary>
    public IReadOnlyList<double> TrainLosses => [.. epochs.Select(epoch => epoch.TrainLoss)];

    /// <summary>The mean validation loss of each epoch that has one; empty without validation data.</summary>
    public IReadOnlyList<double> ValidationLosses =>
        [.. epochs.Where(epoch => epoch.Validation is not null).Select(epoch => epoch.Validation!.Loss)];

    /// <summary>The history as a table for a console with a font of fixed width, a line an epoch: losses, accuracy, metrics, what the step function reported,
    /// the learning rate if it changed, and the time.</summary>
    /// <returns>Lines of text.</returns>
    public override string ToString() => EpochTable.Text(epochs);

    /// <summary>The same table for a page or a notebook, of the first and the last epochs where there are many, and the curves of the losses.</summary>
    /// <returns>HTML that brings its own style: a table, and from two epochs on a drawing, in a div element. All epochs of a long run are in <see cref="ToCsv"/>.</returns>
    public string ToHtml() => $"<div>\n{EpochHtml.Table(epochs)}\n{EpochHtml.Curve(epochs)}\n</div>";

    /// <summary>The history as CSV, a line an epoch: losses, accuracy, metrics, what the step function reported (<c>train_*</c>), norm of the gradients, learning
    /// rates, steps, samples, and times in seconds. Only where there are such: <c>train_*_loss</c> of phases, <c>skipped_steps</c>, and <c>partial</c>, 1 for an
    /// epoch that the run ended in.</summary>
    /// <returns>Text with a line of headers; numbers with a point that read back bit for bit, <c>NaN</c>, and nothing where nothing was measured. Python:
    /// <c>pandas.read_csv</c>.</returns>
    public string ToCsv() => HistoryCsv.Of(this);

    /// <summary>Writes <see cref="ToCsv"/> to a file in UTF-8.</summary>
    /// <param name="path">The file. It is written aside and renamed: an interrupted program leaves the old file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveCsv(string path) => Save(path, ToCsv());

    /// <summary>All of the history as JSON: why it ended, warnings, epochs, and all validations with their metrics and confusion matrices.</summary>
    /// <returns>An object with <c>stop_reason</c>, <c>steps</c>, <c>resumed_from</c>, <c>warnings</c>, <c>epochs</c> and <c>validations</c>. Numbers read back bit
    /// for bit; NaN and infinities, which JSON does not have, are the texts <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c>.</returns>
    public string ToJson() => HistoryJson.Of(this);

    /// <summary>Writes <see cref="ToJson"/> to a file in UTF-8.</summary>
    /// <param name="path">The file. It is written aside and renamed: an interrupted program leaves the old file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveJson(string path) => Save(path, ToJson());

    /// <summary>How the time of a step divides into data, forward, backward, update and the rest, over all epochs.</summary>
    /// <returns>Times, shares, and a sentence of advice.</returns>
    public TrainingProfile Profile() => new(epochs);

    internal void Add(EpochResult epoch) => epochs.Add(epoch);

    internal void Add(ValidationResult validation) => validations.Add(validation);

    internal void AddWarning(string warning) => warnings.Add(warning);

    private static void Save(string path, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}
