using System.Reflection;
using DeepLearningCourse.Data.Loading;
using DeepLearningCourse.Training.Checks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>A user's own work: a function from a batch of any shape to a loss, or several that take turns.</summary>
internal sealed class CustomWork<TBatch>(nn.Module model, IReadOnlyList<TrainingPhase<TBatch>> phases, Device device) : BatchWork<TBatch>
{
    // A tuple of tensors is copied when it is passed on; inside a list or an object of the user's no tensor is exchanged.
    private static readonly bool IsTupleOfTensors = typeof(TBatch).IsValueType
        && typeof(TBatch).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).All(field => field.FieldType == typeof(Tensor));

    public override int Phases => phases.Count;

    public override IReadOnlyList<string> PhaseNames => phases.Count > 1 ? [.. phases.Select(phase => phase.Name)] : [];

    public override TBatch Move(TBatch batch)
    {
        if (typeof(TBatch) == typeof(Tensor) || IsTupleOfTensors)
        {
            Tensors<TBatch>.Replace(ref batch, tensor => Step.On(device, tensor));
        }

        return batch;
    }

    public override long Samples(TBatch batch)
    {
        long? samples = null;
        Tensors<TBatch>.ForEach(batch, tensor => samples ??= tensor.Dimensions == 0 ? 1 : tensor.size(0));
        return samples ?? 1;
    }

    public override StepOutput Loss(Place place, TBatch batch, int phase)
    {
        var output = phases[phase].Loss(batch);
        return output switch
        {
            { Loss: null } => throw place.Error("the step function gave no loss (null). Return the tensor of the loss."),

            // Of nothing the mean is 0 / 0: the batch has no part in the losses, and its step no gradients.
            _ when (output.Weight ?? output.Samples) == 0 => output with { Loss = zeros(1, device: device, requires_grad: true).sum() },
            _ => output,
        };
    }

    public override StepOutput FirstLoss(Place place, TBatch batch, int phase, ThreadChoice? threads, FirstBatchCheck? check)
    {
        var output = phase == 0 && threads is not null ? threads.Observe(model, () => Loss(place, batch, phase)) : Loss(place, batch, phase);

        // Of several phases each uses a part of the network.
        if (Phases == 1)
        {
            check?.BeforeLoss(place, output.Loss, null);
        }

        return output;
    }

    public override string? NotANumber(TBatch batch)
    {
        string? found = null;
        var number = 0;
        Tensors<TBatch>.ForEach(batch, tensor => found ??= Step.NotANumber($"numbers of the batch's tensor {number++}", tensor));
        return found;
    }

    public override BatchCheck NewCheck(IReadOnlyList<optim.Optimizer> optimizers, bool gradientsAreScaled) => new(model, null, optimizers, gradientsAreScaled);

    public override BatchCheck NewEvaluationCheck() => BatchCheck.OfEvaluation(model, null);

    public override TrainingCheck Check(IEnumerable<TBatch> data, IReadOnlyList<optim.Optimizer> optimizers, PrecisionPolicy precision) =>
        new StepCheckRun<TBatch>(model, this, optimizers, precision).Of(data);

    public override (IReadOnlyList<Tensor> Features, Tensor? Targets) Parts(TBatch batch)
    {
        List<Tensor> tensors = [];
        Tensors<TBatch>.ForEach(batch, tensors.Add);
        return (tensors, null);
    }
}
