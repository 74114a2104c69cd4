using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using DeepLearningCourse.Training.Checks;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The slides' work: <c>criterion(model(X), y)</c>.</summary>
internal sealed class SupervisedWork(
    nn.Module<Tensor, Tensor> model, nn.IModule<Tensor, Tensor, Tensor> criterion, Device device)
    : BatchWork<(Tensor features, Tensor target)>
{
    // Once a run: of small batches there may be many.
    private bool hasWarned;
    private readonly OutputKind kind = OutputKinds.Of(criterion);

    public override string Criterion =>
        criterion is Loss<Tensor, Tensor, Tensor> loss ? $"{criterion.GetType().Name} ({loss.reduction})" : criterion.GetType().Name;

    public override bool IsSum { get; } = criterion is Loss<Tensor, Tensor, Tensor> { reduction: nn.Reduction.Sum };

    public override (Tensor features, Tensor target) Move((Tensor features, Tensor target) batch) =>
        (Step.On(device, batch.features), Step.On(device, batch.target));

    public override long Samples((Tensor features, Tensor target) batch) => batch.features.Dimensions == 0 ? 1 : batch.features.size(0);

    public override StepOutput Loss(Place place, (Tensor features, Tensor target) batch, int phase)
    {
        return Output(place, batch, ForwardCall.Invoke(model, batch.features));
    }

    public override StepOutput FirstLoss(Place place, (Tensor features, Tensor target) batch, int phase, ThreadChoice? threads, FirstBatchCheck? check)
    {
        var preds = threads is null ? ForwardCall.Invoke(model, batch.features) : threads.Observe(model, () => ForwardCall.Invoke(model, batch.features));
        check?.BeforeLoss(place, preds, batch.target);

        return Output(place, batch, preds);
    }

    public override string? NotANumber((Tensor features, Tensor target) batch) =>
        Step.NotANumber("features", batch.features) ?? Step.NotANumber("targets", batch.target);

    public override BatchCheck NewCheck(IReadOnlyList<optim.Optimizer> optimizers, bool gradientsAreScaled) => new(model, criterion, optimizers, gradientsAreScaled);

    public override BatchCheck NewEvaluationCheck() => BatchCheck.OfEvaluation(model, criterion);

    public override TrainingCheck Check(
        IEnumerable<(Tensor features, Tensor target)> data, IReadOnlyList<optim.Optimizer> optimizers, PrecisionPolicy precision) =>
        new CheckRun(model, criterion, optimizers, this, precision).Of(data);

    public override (IReadOnlyList<Tensor> Features, Tensor? Targets) Parts((Tensor features, Tensor target) batch) => ([batch.features], batch.target);

    public override ClassCounter NewCounter() => new(criterion);

    public override (Tensor Predictions, Tensor Targets)? ForMetric(StepOutput output, MetricInput input) =>
        input == MetricInput.Probabilities && kind != OutputKind.Values
            ? (kind.Probabilities(output.Predictions!), output.Targets!)
            : (output.Predictions!, output.Targets!);

    private StepOutput Output(Place place, (Tensor features, Tensor target) batch, Tensor preds)
    {
        var loss = new Step(place, batch.features, batch.target).Loss(criterion, preds);
        var weight = LossWeight.Of(criterion, batch.target, Samples(batch));
        var isOfNothing = weight == 0 && LossWeight.DividesByTargets(criterion, batch.target);
        return new StepOutput(isOfNothing ? Nothing(place, batch.target, preds) : loss, preds, batch.target) { Weight = weight };
    }

    /// <summary>A loss that changes nothing, in place of 0 / 0: a batch of which nothing counts has gradients of 0, as in PyTorch, and no part in the mean.</summary>
    private Tensor Nothing(Place place, Tensor targets, Tensor preds)
    {
        if (place.Epoch > 0 && !hasWarned)
        {
            hasWarned = true;
            place.History.AddWarning(place.Sentence(TargetClasses.NothingCounted(criterion, targets)));
        }

        return preds.mul(0).sum();
    }
}
