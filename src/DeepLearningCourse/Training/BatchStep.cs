using System.Collections.ObjectModel;
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
    private readonly IReadOnlyList<string> phaseNames;

    // What earlier phases of the batch reported; how many samples it has is known with the last one.
    private readonly Dictionary<string, double> phaseLosses = [];
    private readonly Dictionary<string, double> phaseValues = [];
    private bool isFirst = true;
    private TBatch? current;

    public BatchStep(TrainingRun run, LoopParts<TBatch> parts)
    {
        (this.run, this.parts, options, work) = (run, parts, run.Options, parts.Work);
        phaseNames = work.PhaseNames;
        ready = parts.Callbacks.GradientsReady.Length == 0 ? null : TellGradients;
        run.CurrentBatch = () => current;
    }

    /// <summary>The loss of the last batch, of its last phase.</summary>
    public double LastLoss { get; private set; }

    public long LastSamples { get; private set; }

    /// <summary>Whether the last step was made; one of float16 that overflowed was not.</summary>
    public bool HasStepped { get; private set; }

    /// <summary>Whether batches wait for their step.</summary>
    public bool IsOpen => parts.Steps[0].Batches > 0;

    private Place Here => new(run.Epoch, run.Batch, run.History);

    /// <summary>Trains on a batch.</summary>
    /// <returns>Whether it completed a step, that may have been left out.</returns>
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

        if (IsOpen)
        {
            return false;
        }

        CountStep();
        return true;
    }

    /// <summary>Makes the step of fewer batches than a step takes.</summary>
    public void Finish()
    {
        foreach (var step in parts.Steps)
        {
            Note(step.Finish(Here, run.Totals, ready, null));
        }

        CountStep();
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

    /// <summary>Takes down whether an optimizer stepped.</summary>
    private void Note(bool hasStepped)
    {
        stepped |= hasStepped;
        run.Totals.SkippedSteps += hasStepped ? 0 : 1;
    }

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
        if (update.Batches >= options.BatchesPerStep)
        {
            Note(update.Finish(Here, run.Totals, ready, GradientStep.NeedsClosure(update.Optimizer) ? Again(batch, phase) : null));
        }

        Add(batch, phase, output, loss, weight);

        run.Totals.EndLap(StepPart.Update);
    }

    /// <summary>Adds a phase's figures to those of the epoch.</summary>
    private void Add(TBatch batch, int phase, StepOutput output, double loss, double weight)
    {
        if (phaseNames.Count > 0 && weight > 0)
        {
            phaseLosses[phaseNames[phase]] = loss;
        }

        if (phase < work.Phases - 1)
        {
            foreach (var (name, value) in output.Values ?? ReadOnlyDictionary<string, double>.Empty)
            {
                phaseValues[$"{phaseNames[phase]} {name}"] = value;
            }

            return;
        }

        var samples = output.Samples ?? work.Samples(batch);
        run.Totals.Add(loss, weight, samples, work.IsSum, output.Values);
        EpochTotals.Add(run.Totals.PhaseLosses, phaseLosses, samples);
        EpochTotals.Add(run.Totals.Values, phaseValues, samples);
        phaseValues.Clear();
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
    private void CountStep()
    {
        (HasStepped, stepped) = (stepped, false);

        if (!HasStepped)
        {
            return;
        }

        run.Step++;
        run.Totals.Steps++;

        if (options.AverageEvery == TrainingInterval.Step)
        {
            UpdateAverage();
        }
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
