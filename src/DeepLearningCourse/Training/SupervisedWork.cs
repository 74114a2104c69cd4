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
    private readonly OutputKind kind = OutputKinds.Of(criterion);

    public override string Criterion =>
        criterion is Loss<Tensor, Tensor, Tensor> loss ? $"{criterion.GetType().Name} ({loss.reduction})" : criterion.GetType().Name;

    public override bool IsSum { get; } = criterion is Loss<Tensor, Tensor, Tensor> { reduction: nn.Reduction.Sum };

    public override (Tensor features, Tensor target) Move((Tensor features, Tensor target) batch) =>
        (Step.On(device, batch.features), Step.On(device, batch.target));

    public override long Samples((Tensor features, Tensor target) batch) => batch.features.Dimensions == 0 ? 1 : batch.features.size(0);

    public override StepOutput Loss(Place place, (Tensor features, Tensor target) batch, int phase)
    {
        var preds = ForwardCall.Invoke(model, batch.features);
        return new StepOutput(At(place, batch).Loss(criterion, preds), preds, batch.target);
    }

    public override StepOutput FirstLoss(Place place, (Tensor features, Tensor target) batch, int phase, ThreadChoice threads, FirstBatchCheck? check)
    {
        var preds = threads.Observe(model, () => ForwardCall.Invoke(model, batch.features));
        check?.BeforeLoss(place, preds, batch.target);

        return new StepOutput(At(place, batch).Loss(criterion, preds), preds, batch.target);
    }

    public override double Weight(Place place, (Tensor features, Tensor target) batch) => LossWeight.Of(criterion, At(place, batch));

    public override string? NotANumber((Tensor features, Tensor target) batch) =>
        Step.NotANumber("features", batch.features) ?? Step.NotANumber("targets", batch.target);

    public override BatchCheck NewCheck(IReadOnlyList<optim.Optimizer> optimizers, bool gradientsAreScaled) => new(model, criterion, optimizers, gradientsAreScaled);

    public override TrainingCheck Check(
        IEnumerable<(Tensor features, Tensor target)> data, IReadOnlyList<optim.Optimizer> optimizers, PrecisionPolicy precision) =>
        new CheckRun(model, criterion, optimizers, this, precision).Of(data);

    public override (IReadOnlyList<Tensor> Features, Tensor? Targets) Parts((Tensor features, Tensor target) batch) => ([batch.features], batch.target);

    public override ClassCounter NewCounter() => new(criterion);

    public override (Tensor Predictions, Tensor Targets)? ForMetric(StepOutput output, MetricInput input) =>
        input == MetricInput.Probabilities && kind != OutputKind.Values
            ? (kind.Probabilities(output.Predictions!), output.Targets!)
            : (output.Predictions!, output.Targets!);

    private static Step At(Place place, (Tensor features, Tensor target) batch) => new(place, batch.features, batch.target);
}
