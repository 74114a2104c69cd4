using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Loading;
using DeepLearningCourse.Models;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>A training step that collects findings and leaves no trace.</summary>
internal sealed class CheckRun(
    nn.Module<Tensor, Tensor> model, nn.IModule<Tensor, Tensor, Tensor> criterion, IReadOnlyList<optim.Optimizer> optimizers, SupervisedWork work, PrecisionPolicy precision)
{
    /// <summary>Checks the next batch of some data.</summary>
    public TrainingCheck Of(IEnumerable<(Tensor features, Tensor target)> data)
    {
        // Outside the scope, which disposes what the step makes: the data may hold its batches for later.
        using IteratedBatches<(Tensor features, Tensor target)> batches = new(data);
        using var scope = NewDisposeScope();
        using var position = (data as DataLoader<(Tensor features, Tensor target)>)?.KeepPosition();
        using var check = new BatchCheck(model, criterion, optimizers, gradientsAreScaled: false);
        var ofCriterion = criterion is nn.Module module ? module.parameters() : [];
        using var untouched = new UntouchedState(model, check.Unregistered.Concat(ofCriterion));
        using var gradients = enable_grad();
        model.train();

        foreach (var batch in batches)
        {
            // Copies: forward may write into what it gets.
            var (features, target) = work.Move(batch);
            Look(check, features.detach().clone(), target.detach().clone());
            return new TrainingCheck(check.Findings.All);
        }

        check.Findings.Error(Place.NoDataText("The training data"));
        return new TrainingCheck(check.Findings.All);
    }

    private void Look(BatchCheck check, Tensor X, Tensor y)
    {
        check.BeforeForward([X], y);
        Tensor? loss;

        using (precision.Region())
        {
            if (Predict(check, X) is not { } predictions)
            {
                return;
            }

            check.BeforeLoss(predictions, y);

            // Where the loss cannot be had, a weighted sum of the predictions still shows which parameters they depend on.
            loss = check.Findings.FirstError is null ? Loss(check, X, predictions, y) : WeightedSum(predictions);
        }

        if (loss is { requires_grad: true } && GoesBack(check, loss))
        {
            check.BeforeStep();
        }
    }

    private static bool GoesBack(BatchCheck check, Tensor loss)
    {
        try
        {
            loss.backward();
            return true;
        }
        catch (ExternalException exception)
        {
            check.Findings.Error(BackwardFailed(exception));
            return false;
        }
    }

    /// <summary>The sentence for a backward pass that failed.</summary>
    public static string BackwardFailed(ExternalException exception) =>
        $"backward failed: {NativeErrorText.FirstLine(exception)}. If it speaks of an inplace operation, write the function of forward "
        + "whose name ends in _ without it, as in x.mul(2) for x.mul_(2).";

    private Tensor? Predict(BatchCheck check, Tensor X)
    {
        try
        {
            return ForwardCall.Invoke(model, X);
        }
        catch (ForwardException exception)
        {
            check.Findings.Error(exception.Message);
            return null;
        }
    }

    private Tensor? Loss(BatchCheck check, Tensor X, Tensor predictions, Tensor y)
    {
        Tensor loss;

        try
        {
            loss = criterion.call(predictions, y);
        }
        catch (ExternalException exception)
        {
            check.Findings.Error(Step.CannotCompare(criterion, predictions, y, exception));
            return WeightedSum(predictions);
        }

        if (LossWeight.DividesByTargets(criterion, y) && LossWeight.Of(criterion, y, 1) == 0)
        {
            check.Findings.Warn(TargetClasses.NothingCounted(criterion, y));
            return WeightedSum(predictions);
        }

        if (work.LossProblem((X, y), loss) is { } problem)
        {
            check.Findings.Error(problem);
            return WeightedSum(predictions);
        }

        return loss;
    }

    private static Tensor? WeightedSum(Tensor predictions) => predictions.requires_grad && predictions.numel() > 0
        ? (predictions.reshape(-1) * linspace(0.5, 1, predictions.numel(), predictions.dtype, predictions.device)).sum()
        : null;
}
