using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>From losses to changed weights: gradients of one batch or several, clipping, the optimizer's step.</summary>
/// <param name="model">The network.</param>
/// <param name="criterion">The loss.</param>
/// <param name="optimizer">The optimizer.</param>
/// <param name="options">How to train.</param>
/// <param name="precision">What the precision asks.</param>
/// <param name="epoch">The epoch, from 1.</param>
internal sealed class GradientStep(
    nn.Module<Tensor, Tensor> model, nn.IModule<Tensor, Tensor, Tensor> criterion, optim.Optimizer optimizer, TrainerOptions options,
    PrecisionPolicy precision, int epoch)
{
    private readonly List<Parameter> parameters = [.. optimizer.parameters()];
    private readonly bool isSum = criterion is Loss<Tensor, Tensor, Tensor> { reduction: nn.Reduction.Sum };
    private double weight;
    private int batches;

    /// <summary>The sum of the gradients' norms before clipping; of use where they are clipped by it.</summary>
    public double NormSum { get; private set; }

    /// <summary>The steps that were made.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether batches wait for their step.</summary>
    public bool IsOpen => batches > 0;

    /// <summary>The slides' <c>zero_grad()</c>, before the first batch of a step.</summary>
    public void Begin()
    {
        if (batches == 0)
        {
            optimizer.zero_grad();
            weight = 0;
        }
    }

    /// <summary>Adds the gradients of a batch.</summary>
    /// <returns>Whether it was the last batch of the step.</returns>
    public bool Backward(Step step, Tensor loss)
    {
        batches++;

        if (options.BatchesPerStep == 1 || isSum)
        {
            precision.Backward(loss);
            weight = 1;
        }
        else
        {
            // The mean over all batches is known with the last of them: until then gradients are of sums.
            var own = LossWeight.Of(criterion, step);
            precision.Backward(loss * own);
            weight += own;
        }

        return batches == options.BatchesPerStep;
    }

    /// <summary>Changes the weights.</summary>
    public void Finish(Step step)
    {
        batches = 0;

        if (LooksAtGradients && precision.Unscale(optimizer))
        {
            Prepare(step);
        }

        // A step of float16 that overflowed is left out, and the next ones are scaled less.
        if (!Change(step))
        {
            return;
        }

        Steps++;

        if (options is { Schedule: { } schedule, ScheduleEvery: TrainingInterval.Step })
        {
            schedule.Step();
        }

        if (options.AverageEvery == TrainingInterval.Step)
        {
            UpdateAverage();
        }
    }

    /// <summary>What is done once all batches of the epoch were trained on.</summary>
    public void EndEpoch()
    {
        if (options.AverageEvery == TrainingInterval.Epoch)
        {
            UpdateAverage();
        }
    }

    /// <summary>Whether an optimizer computes the loss several times in a step.</summary>
    public static bool NeedsClosure(optim.Optimizer optimizer) => optimizer is LBFGSOptimizer or LBFGS;

    private bool LooksAtGradients => weight is not 1 || options.ClipValue is not null || options.ClipNorm is not null;

    private void Prepare(Step step)
    {
        if (weight is not 1 and > 0)
        {
            Gradients.Scale(parameters, 1 / weight);
        }

        if (options.ClipValue is { } most)
        {
            Gradients.ClipValue(parameters, most);
        }

        if (options.ClipNorm is { } norm)
        {
            var before = Gradients.ClipNorm(parameters, norm);
            NormSum += double.IsFinite(before) ? before : throw step.Error(
                "the gradients are not finite, while the loss is: the weights are about to grow too large. Use a smaller learning rate.");
        }
    }

    private bool Change(Step step)
    {
        if (!NeedsClosure(optimizer))
        {
            return precision.Step(optimizer);
        }

        using var first = optimizer.step(() => Again(step));
        return true;
    }

    private Tensor Again(Step step)
    {
        optimizer.zero_grad();
        var loss = step.Loss(criterion, ForwardCall.Invoke(model, step.X));
        loss.backward();
        return loss;
    }

    private void UpdateAverage()
    {
        if (epoch >= options.AverageFromEpoch)
        {
            options.Average?.Update();
        }
    }
}
