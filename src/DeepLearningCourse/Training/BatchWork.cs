using DeepLearningCourse.Data;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Training.Checks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What is done with a batch: from its tensors to losses, phase by phase.</summary>
/// <typeparam name="TBatch">A batch.</typeparam>
internal abstract class BatchWork<TBatch>
{
    /// <summary>Whether losses are sums over the samples and not means.</summary>
    public virtual bool IsSum => false;

    /// <summary>How many losses a batch has, each with an optimizer of its own.</summary>
    public virtual int Phases => 1;

    /// <summary>What the phases are called; empty where there is one.</summary>
    public virtual IReadOnlyList<string> PhaseNames => [];

    /// <summary>The loss as text; null if it is a function.</summary>
    public virtual string? Criterion => null;

    /// <summary>The batch on the network's device; what had to be copied belongs to the current DisposeScope.</summary>
    public abstract TBatch Move(TBatch batch);

    /// <summary>How many samples a batch has.</summary>
    public abstract long Samples(TBatch batch);

    /// <summary>Forward and loss.</summary>
    public abstract StepOutput Loss(Place place, TBatch batch, int phase);

    /// <summary>Forward and loss of a run's first batch, which may be looked at more closely.</summary>
    /// <param name="place">Where the loop is.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="phase">Which of its losses.</param>
    /// <param name="threads">Watches how much work it is; null in an evaluation.</param>
    /// <param name="check">Looks for mistakes; null where nobody does.</param>
    public abstract StepOutput FirstLoss(Place place, TBatch batch, int phase, ThreadChoice? threads, FirstBatchCheck? check);

    /// <summary>What a batch's mean loss was divided by; 0 where it counts nothing.</summary>
    public double Weight(TBatch batch, StepOutput output) => output.Weight ?? output.Samples ?? Samples(batch);

    /// <summary>Where the data has a NaN or an infinity; null if it is finite.</summary>
    public abstract string? NotANumber(TBatch batch);

    /// <summary>What looks for mistakes in a step.</summary>
    public abstract BatchCheck NewCheck(IReadOnlyList<optim.Optimizer> optimizers, bool gradientsAreScaled);

    /// <summary>What looks for mistakes in an evaluation.</summary>
    public abstract BatchCheck NewEvaluationCheck();

    /// <summary>Looks for mistakes with one step that leaves no trace.</summary>
    public abstract TrainingCheck Check(IEnumerable<TBatch> data, IReadOnlyList<optim.Optimizer> optimizers, PrecisionPolicy precision);

    /// <summary>The tensors of a batch that the network gets, and those that the criterion gets; null where that is not known.</summary>
    public abstract (IReadOnlyList<Tensor> Features, Tensor? Targets) Parts(TBatch batch);

    /// <summary>What a metric is given; null if the step function gives no predictions.</summary>
    public virtual (Tensor Predictions, Tensor Targets)? ForMetric(StepOutput output, MetricInput input) =>
        output is { Predictions: { } predictions, Targets: { } targets } ? (predictions, targets) : null;

    /// <summary>What counts classes; null if it is not known what the outputs mean.</summary>
    public virtual ClassCounter? NewCounter() => null;

    /// <summary>A loss as a number; refused before it can spoil the weights if it is none.</summary>
    public double FiniteValue(Place place, TBatch batch, Tensor loss)
    {
        if (loss.numel() == 1 && LossNumber.Of(loss) is var value && double.IsFinite(value))
        {
            return value;
        }

        throw place.Error(LossProblem(batch, loss)!);
    }

    /// <summary>Why training could not go on with a loss; null if it can.</summary>
    public string? LossProblem(TBatch batch, Tensor loss)
    {
        if (loss.numel() != 1)
        {
            return $"the criterion gave a loss of shape {Shapes.Text(loss)} and training needs one number. Make the criterion with reduction mean or sum.";
        }

        var value = LossNumber.Of(loss);
        return double.IsFinite(value) ? null : NotANumber(batch)
            ?? $"the loss is {value}, while the data is finite: the weights grew too large. Use a smaller learning rate, and scale the features.";
    }
}
