using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>One batch's turn of the loop: <c>zero_grad()</c>, forward, loss, <c>backward()</c>, <c>step()</c>, phase by phase.</summary>
internal sealed class BatchStep<TBatch>
{
    private readonly TrainingRun run;
    private readonly LoopParts<TBatch> parts;
    private readonly TrainerOptions options;
    private readonly BatchWork<TBatch> work;
    private readonly Action? ready;
    private bool isFirst = true;
    private TBatch? current;

    public BatchStep(TrainingRun run, LoopParts<TBatch> parts)
    {
        (this.run, this.parts, options, work) = (run, parts, run.Options, parts.Work);
        ready = parts.Callbacks.GradientsReady.Length == 0 ? null : TellGradients;
        run.CurrentBatch = () => current;
    }

    /// <summary>The loss of the last batch, of its last phase.</summary>
    public double LastLoss { get; private set; }

    public long LastSamples { get; private set; }

    /// <summary>Whether batches wait for their step.</summary>
    public bool IsOpen => parts.Steps[0].Batches > 0;

    private Place Here => new(run.Epoch, run.Batch, run.History);

    /// <summary>Trains on a batch.</summary>
    /// <returns>Whether it completed a step.</returns>
    public bool Run(TBatch given)
    {
        using var scope = NewDisposeScope();
        var batch = current = work.Move(given);
        run.Batch++;
        run.Totals.EndLap(StepPart.Data);

        if (isFirst)
        {
            RunFirst(batch);
        }
        else
        {
            RunPhases(batch, null);
        }

        LastSamples = work.Samples(batch);
        return !IsOpen && CountStep();
    }

    /// <summary>Makes the step of fewer batches than a step takes.</summary>
    public void Finish()
    {
        foreach (var step in parts.Steps)
        {
            if (step.Finish(Here, run.Totals, ready, null))
            {
                stepped = true;
            }
        }

        _ = CountStep();
        run.Totals.EndLap(StepPart.Update);
    }

    /// <summary>Lets the average of the weights take them in.</summary>
    public void UpdateAverage()
    {
        if (run.Epoch >= options.AverageFromEpoch)
        {
            options.Average?.Update();
        }
    }

    private bool stepped;

    private void RunFirst(TBatch batch)
    {
        using var check = options.CheckFirstBatch
            ? new FirstBatchCheck(work.NewCheck(run.Optimizers, parts.Steps.Any(step => step.Precision.Scaler is not null)))
            : null;

        if (check is not null)
        {
            var (features, targets) = work.Parts(batch);
            check.BeforeForward(Here, features, targets);
        }

        RunPhases(batch, check);
        isFirst = false;
    }

    private void RunPhases(TBatch batch, FirstBatchCheck? check)
    {
        for (var phase = 0; phase < work.Phases; phase++)
        {
            RunPhase(batch, phase, check);
        }
    }

    private void RunPhase(TBatch batch, int phase, FirstBatchCheck? check)
    {
        var update = parts.Steps[phase];
        update.Begin();
        run.Totals.EndLap(StepPart.Update);
        using var freeze = parts.Freeze?.During(phase);
        var output = Loss(batch, phase, check);
        var loss = Number(batch, phase, output.Loss);
        var weight = work.Weight(batch, output);
        LastLoss = weight > 0 ? loss : LastLoss;
        run.Totals.EndLap(StepPart.Forward);
        update.Backward(output.Loss, options.BatchesPerStep == 1 || work.IsSum ? 1 : weight);

        // Gradients of a batch that counts nothing show nothing.
        if (work.Phases == 1 && weight > 0)
        {
            check?.BeforeStep(Here);
        }

        run.Totals.EndLap(StepPart.Backward);

        // A run that goes on with fewer batches to a step may have more waiting.
        if (update.Batches >= options.BatchesPerStep && update.Finish(Here, run.Totals, ready, GradientStep.NeedsClosure(update.Optimizer) ? Again(batch, phase) : null))
        {
            stepped = true;
        }

        if (phase == work.Phases - 1)
        {
            run.Totals.Add(loss, weight, output.Samples ?? work.Samples(batch), work.IsSum, output.Values);
        }

        run.Totals.EndLap(StepPart.Update);
    }

    /// <summary>Forward and loss, in the precision that was asked for.</summary>
    private StepOutput Loss(TBatch batch, int phase, FirstBatchCheck? check)
    {
        using var region = parts.Steps[phase].Precision.Region();
        return isFirst ? work.FirstLoss(Here, batch, phase, parts.Threads, check) : work.Loss(Here, batch, phase);
    }

    private double Number(TBatch batch, int phase, Tensor loss)
    {
        try
        {
            return work.FiniteValue(Here, batch, loss);
        }
        catch (TrainingException) when (parts.Callbacks.NonFiniteLoss.Length == 0 || loss.numel() != 1)
        {
            throw;
        }
        catch (TrainingException exception)
        {
            throw Explained(batch, phase, loss, exception);
        }
    }

    private TrainingException Explained(TBatch batch, int phase, Tensor loss, TrainingException exception)
    {
        NonFiniteLoss failure = new(run.Epoch, run.Batch, LossNumber.Of(loss), batch!, () => Repeated(batch, phase));

        foreach (var callback in parts.Callbacks.NonFiniteLoss)
        {
            callback.OnNonFiniteLoss(run, failure);
        }

        return failure.Finding is null ? exception
            : new TrainingException($"{exception.Message} {failure.Finding}", exception.Epoch, exception.Batch, run.History, exception.InnerException);
    }

    /// <summary>The loss once more, as it came about: what overflows in half precision may not in float32.</summary>
    private StepOutput Repeated(TBatch batch, int phase)
    {
        using var region = parts.Steps[phase].Precision.Region();
        return work.Loss(Here, batch, phase);
    }

    /// <summary>Counts the step; one of float16 that overflowed is none.</summary>
    private bool CountStep()
    {
        if (!stepped)
        {
            return true;
        }

        stepped = false;
        run.Step++;
        run.Totals.Steps++;

        if (options.AverageEvery == TrainingInterval.Step)
        {
            UpdateAverage();
        }

        return true;
    }

    private Func<Tensor> Again(TBatch batch, int phase) => () =>
    {
        parts.Steps[phase].Optimizer.zero_grad();
        var loss = work.Loss(Here, batch, phase).Loss;
        loss.backward();
        return loss;
    };

    private void TellGradients()
    {
        foreach (var callback in parts.Callbacks.GradientsReady)
        {
            callback.OnGradientsReady(run);
        }
    }
}
