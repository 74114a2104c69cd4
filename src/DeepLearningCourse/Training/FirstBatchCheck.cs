using DeepLearningCourse.Training.Checks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Checks the first batch of a run within its own step: the first error ends it, warnings go to the history.</summary>
internal sealed class FirstBatchCheck(
    nn.Module model, nn.IModule<Tensor, Tensor, Tensor> criterion, IReadOnlyList<optim.Optimizer> optimizers, PrecisionPolicy precision) : IDisposable
{
    private readonly BatchCheck check = new(model, criterion, optimizers, precision.Scaler is not null);

    /// <summary>The data and the optimizer, before anything is computed.</summary>
    public void BeforeForward(Step step)
    {
        check.BeforeForward([step.X], step.Y);
        ThrowFirst(step);
    }

    /// <summary>The predictions against targets and criterion.</summary>
    public void BeforeLoss(Step step, Tensor preds)
    {
        check.BeforeLoss(preds, step.Y);
        ThrowFirst(step);
    }

    /// <summary>The gradients, after backward.</summary>
    public void BeforeStep(Step step)
    {
        check.BeforeStep();
        ThrowFirst(step);
        step.History.Warn(check.Findings.Warnings);
    }

    public void Dispose() => check.Dispose();

    private void ThrowFirst(Step step)
    {
        if (check.Findings.FirstError is { } error)
        {
            throw step.Error(error);
        }
    }
}
