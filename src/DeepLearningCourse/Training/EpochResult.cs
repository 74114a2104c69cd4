using System.Collections.ObjectModel;
using DeepLearningCourse.Runtime.Display;
using DeepLearningCourse.Training.Display;

namespace DeepLearningCourse.Training;

/// <summary>One epoch.</summary>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="TrainLoss">The mean loss over the training samples while they were trained on, as the criterion would give it for all of them in one batch.</param>
/// <param name="Validation">The evaluation on the validation data at the epoch's end; null without any.</param>
/// <param name="Duration">How long the epoch took, validation included.</param>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed record EpochResult(int Epoch, double TrainLoss, Evaluation? Validation, TimeSpan Duration) : IHasHtml
{
    /// <summary>Whether the run ended before the epoch's end: its figures are those of the batches up to there, and it was not validated. Only a history's last epoch
    /// may be; a run that goes on completes it.</summary>
    public bool IsPartial { get; init; }

    /// <summary>The steps of the optimizer.</summary>
    public long Steps { get; init; }

    /// <summary>The steps that were left out because gradients of <see cref="Precision.Float16"/> overflowed; they count among no steps.</summary>
    public long SkippedSteps { get; init; }

    /// <summary>The samples that were trained on.</summary>
    public long Samples { get; init; }

    /// <summary>The learning rate of each group of the first optimizer at the epoch's end.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    /// <summary>The mean norm of the gradients before they were clipped; null without <see cref="TrainerOptions.ClipNorm"/>.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>The mean loss of each phase by its name, weighted by the samples of the last one; empty unless several phases take turns
    /// (<see cref="TrainingPhase{TBatch}"/>).</summary>
    public IReadOnlyDictionary<string, double> PhaseLosses { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The means of what the step function reported besides the loss (<see cref="StepOutput.Values"/>), by name; in front of what phases before the last one
    /// report stands their own name.</summary>
    public IReadOnlyDictionary<string, double> Values { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>How the time of the epoch's steps divides.</summary>
    public StepTimes Times { get; init; }

    /// <summary>The epoch as a table of one line, for a page or a notebook.</summary>
    /// <returns>A table element of HTML that brings its own style.</returns>
    public string ToHtml() => EpochHtml.Table([this]);
}
