using System.Runtime.InteropServices;
using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Loading;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>A step of a user's own function that collects findings and leaves no trace in the network.</summary>
internal sealed class StepCheckRun<TBatch>(
    nn.Module model, BatchWork<TBatch> work, IReadOnlyList<optim.Optimizer> optimizers, PrecisionPolicy precision)
{
    /// <summary>Checks the next batch of some data.</summary>
    public TrainingCheck Of(IEnumerable<TBatch> data)
    {
        // Outside the scope, which disposes what the step makes: the data may hold its batches for later.
        using IteratedBatches<TBatch> batches = new(data);
        using var scope = NewDisposeScope();
        using var position = (data as DataLoader<TBatch>)?.KeepPosition();
        using var check = work.NewCheck(optimizers, gradientsAreScaled: false);
        using var untouched = new UntouchedState(model, check.Unregistered);
        using var gradients = enable_grad();
        model.train();

        foreach (var batch in batches)
        {
            Look(check, work.Move(batch));
            return new TrainingCheck(check.Findings.All);
        }

        check.Findings.Error(Place.NoDataText("The training data"));
        return new TrainingCheck(check.Findings.All);
    }

    private void Look(BatchCheck check, TBatch batch)
    {
        var (features, targets) = work.Parts(batch);
        check.BeforeForward(features, targets);

        for (var phase = 0; phase < work.Phases; phase++)
        {
            if (Loss(check, batch, phase) is not { } loss)
            {
                return;
            }

            if (work.Phases == 1)
            {
                check.BeforeLoss(loss, null);
            }

            if (work.LossProblem(batch, loss) is { } problem)
            {
                check.Findings.Error(problem);
            }
            else if (loss.requires_grad && GoesBack(check, loss) && work.Phases == 1)
            {
                check.BeforeStep();
            }
        }
    }

    private Tensor? Loss(BatchCheck check, TBatch batch, int phase)
    {
        using var region = precision.Region();

        try
        {
            return work.Loss(new Place(1, 1, new TrainingHistory()), batch, phase).Loss;
        }
        catch (Exception exception) when (exception is ForwardException or TrainingException or ExternalException)
        {
            check.Findings.Error(exception is ExternalException ? $"the step function failed: {NativeErrorText.FirstLine(exception)}." : exception.Message);
            return null;
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
            check.Findings.Error(CheckRun.BackwardFailed(exception));
            return false;
        }
    }
}
