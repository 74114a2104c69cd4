using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What a step function makes of a batch: a loss, and what metrics and reports want besides.</summary>
/// <remarks>A loss alone is one: <c>batch => criterion.call(model.call(batch.X), batch.y)</c>. All its tensors are the loop's to dispose.</remarks>
/// <param name="Loss">The loss, one number with a gradient; the mean over the samples.</param>
/// <param name="Predictions">What metrics are given as predictions, <c>[batch, ...]</c>: probabilities, values or labels, as they want them.</param>
/// <param name="Targets">What metrics are given as targets, <c>[batch, ...]</c>.</param>
public readonly record struct StepOutput(Tensor Loss, Tensor? Predictions = null, Tensor? Targets = null)
{
    /// <summary>How many samples the loss is the mean of. Default: the first dimension of the batch's first tensor.</summary>
    public long? Samples { get; init; }

    /// <summary>What the mean of the loss was divided by, where that is not <see cref="Samples"/>: the sum of the class weights of the targets, or the number of
    /// targets that are not ignored. Losses of several batches then add up to that of all their samples in one. Default: the samples.</summary>
    public double? Weight { get; init; }

    /// <summary>Other figures of the batch under their names, the parts of a sum of losses for instance; an epoch reports their means.</summary>
    public IReadOnlyDictionary<string, double>? Values { get; init; }

    /// <summary>A loss and nothing else.</summary>
    /// <param name="loss">The loss.</param>
    public static implicit operator StepOutput(Tensor loss) => new(loss);

    /// <summary>A loss and nothing else.</summary>
    /// <param name="loss">The loss.</param>
    public static StepOutput FromTensor(Tensor loss) => new(loss);
}
