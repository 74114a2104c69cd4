using System.Diagnostics;
using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Training;

/// <summary>The slides' training loop, in the slides' order.</summary>
internal sealed class TrainingLoop<TBatch>(TrainingRun run, LoopParts<TBatch> parts)
{
    private readonly TrainerOptions options = run.Options;
    private readonly StopRequest stop = parts.Stop;
    private readonly BatchStep<TBatch> batchStep = new(run, parts);

    // A limit that is reached with the last batch leaves a whole epoch.
    private bool GoesOn => stop.Reason is null
        || (stop.Reason is StopReason.MaxSteps or StopReason.EarlyStopped && run.Batch == run.BatchesPerEpoch && !batchStep.IsOpen);

    /// <summary>Trains from where the run is until something ends it.</summary>
    public void Run()
    {
        _ = NativeHeap.KeepFreedMemory();

        // A run that goes on may have been at a limit already.
        AskAtLimits(run.ElapsedBefore);

        try
        {
            while (GoesOn && run.Epoch <= options.Epochs && TrainEpoch())
            {
                EndEpoch();
            }

            stop.Ask(StopReason.Completed);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            // The wait for a batch, or a validation, was given up.
        }
    }

    /// <summary>Trains on what is left of the epoch.</summary>
    /// <returns>Whether the epoch is whole.</returns>
    private bool TrainEpoch()
    {
        var began = Stopwatch.GetTimestamp();
        var before = run.Totals.Elapsed;
        Begin();

        try
        {
            if (!TrainBatches())
            {
                return false;
            }
        }
        finally
        {
            run.Totals.Elapsed = before + Stopwatch.GetElapsedTime(began);
        }

        return run.Totals.Weight > 0 ? true : throw Place.NoLoss("The training data", run.Totals, run.History);
    }

    private void Begin()
    {
        if (run.Batch == 0)
        {
            run.Totals = new EpochTotals();
            run.EpochAveraged = false;
            parts.Callbacks.EpochStarted(run);
        }
        else
        {
            ValidateWithinEpoch();
        }

        parts.Model.train();
    }

    private bool TrainBatches()
    {
        if (!GoesOn)
        {
            return false;
        }

        run.Totals.StartLap();

        foreach (var batch in parts.Train.Epoch(run.Batch, stop.Token))
        {
            if (batchStep.Run(batch) && !EndStep())
            {
                return false;
            }
        }

        // The last batches of an epoch may be fewer than a step takes.
        if (batchStep.IsOpen)
        {
            batchStep.Finish();
            return EndStep();
        }

        return true;
    }

    /// <summary>What follows a step.</summary>
    /// <returns>Whether the epoch goes on.</returns>
    private bool EndStep()
    {
        foreach (var callback in parts.Callbacks.StepEnded)
        {
            callback.OnStepEnded(run, new StepResult(run.Step, run.Epoch, run.Batch, batchStep.LastLoss, batchStep.LastSamples));
        }

        ValidateWithinEpoch();

        AskAtLimits(run.Elapsed);
        parts.Callbacks.Save(run, CheckpointMoment.Step);
        run.Totals.EndLap(StepPart.Other);
        return GoesOn;
    }

    private void AskAtLimits(TimeSpan elapsed)
    {
        if (run.Step >= options.MaxSteps)
        {
            stop.Ask(StopReason.MaxSteps);
        }

        if (options.MaxTime is { } most && elapsed >= most)
        {
            stop.Ask(StopReason.MaxTime);
        }
    }

    private void ValidateWithinEpoch()
    {
        if (options.ValidateEverySteps is { } every && run.Step % every == 0 && run.Step != run.LastValidatedStep && parts.Validation is not null)
        {
            Validate();
            run.LastValidatedStep = run.Step;
            parts.Model.train();
        }
    }

    private void EndEpoch()
    {
        var began = Stopwatch.GetTimestamp();

        if (!run.EpochAveraged && options.AverageEvery == TrainingInterval.Epoch)
        {
            batchStep.UpdateAverage();
        }

        run.EpochAveraged = true;
        var validated = parts.Validation is null || run.Epoch % options.ValidateEveryEpochs != 0 ? null : Validate();
        var result = Result(validated, run.Totals.Elapsed + Stopwatch.GetElapsedTime(began));
        run.History.Add(result);

        foreach (var step in parts.Steps)
        {
            // Losses of training and of validation in turns would be no course of either.
            step.EndEpoch(parts.Validation is null ? result.TrainLoss : validated?.Loss);
        }

        parts.Train.Complete();
        parts.Callbacks.EpochEnded(run, result);
        (run.Epoch, run.Batch) = (run.Epoch + 1, 0);
        run.Totals = new EpochTotals();
        run.EpochAveraged = false;

        if (run.Epoch > options.Epochs)
        {
            stop.Ask(StopReason.Completed);
        }

        parts.Callbacks.Save(run, CheckpointMoment.Epoch);
    }

    private EpochResult Result(Evaluation? validated, TimeSpan duration)
    {
        var totals = run.Totals;
        return new EpochResult(run.Epoch, totals.MeanLoss, validated, duration)
        {
            Steps = totals.Steps,
            Samples = totals.Samples,
            LearningRates = run.LearningRates,
            GradientNorm = options.ClipNorm is null ? null : totals.NormSum / totals.Steps,
            Values = totals.Values.ToDictionary(entry => entry.Key, entry => entry.Value / totals.Samples),
            Times = totals.Times,
        };
    }

    /// <summary>Evaluates the average of the weights, if there is one, else the weights.</summary>
    private Evaluation Validate()
    {
        parts.Callbacks.ValidationStarted(run);
        Evaluation evaluation;

        using (options.Average is { Updates: > 0 } average ? average.Apply() : null)
        {
            evaluation = parts.Evaluation.Run(parts.Validation!, run.History, stop.Token);
        }

        run.History.Add(new ValidationResult(run.Step, run.Epoch, evaluation));
        parts.Callbacks.Validated(run, evaluation);
        return evaluation;
    }
}
