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

    private bool ValidatesAtEnd => parts.Validation is not null && run.Epoch % options.ValidateEveryEpochs == 0;

    private bool AveragesAtEnd => options.Average is not null && options.AverageEvery == TrainingInterval.Epoch && run.Epoch >= options.AverageFromEpoch;

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
        finally
        {
            AddPartialEpoch();
        }
    }

    /// <summary>What was done of an epoch that the run ended in.</summary>
    private void AddPartialEpoch()
    {
        var isInHistory = run.History.Epochs is [.., var last] && last.Epoch == run.Epoch;

        if (run.Batch > 0 && run.Totals.Samples > 0 && !isInHistory)
        {
            run.History.Add(Result(null, run.Totals.Elapsed) with { IsPartial = true });
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

    /// <summary>What follows a step, or one that was left out.</summary>
    /// <returns>Whether the epoch goes on.</returns>
    private bool EndStep()
    {
        if (batchStep.HasStepped)
        {
            foreach (var callback in parts.Callbacks.StepEnded)
            {
                callback.OnStepEnded(run, new StepResult(run.Step, run.Epoch, run.Batch, batchStep.LastLoss, batchStep.LastSamples));
            }

            ValidateWithinEpoch();
        }

        AskAtLimits(run.Elapsed);

        if (batchStep.HasStepped)
        {
            parts.Callbacks.Save(run, CheckpointMoment.Step);
        }

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
        // With the last batch the average is still to take the epoch's weights in, and is measured then.
        var isLeftToTheEnd = AveragesAtEnd && ValidatesAtEnd && run.Batch == run.BatchesPerEpoch;

        if (options.ValidateEverySteps is { } every && run.Step % every == 0 && run.Step != run.LastValidatedStep && parts.Validation is not null && !isLeftToTheEnd)
        {
            Validate();
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
        var validated = ValidatesAtEnd ? MeasuredAlready() ?? Validate() : null;
        var result = Result(validated, run.Totals.Elapsed + Stopwatch.GetElapsedTime(began));
        run.History.Add(result);

        foreach (var step in parts.Steps)
        {
            // Losses of training and of validation in turns would be no course of either.
            step.EndEpoch(parts.Validation is null ? result.TrainLoss : validated?.Loss);
        }

        parts.Train.Complete();

        try
        {
            parts.Callbacks.EpochEnded(run, result);
        }
        catch (OperationCanceledException)
        {
            // A callback gave up what it did; the epoch is done all the same.
            BeginNextEpoch();
            throw;
        }

        BeginNextEpoch();

        if (run.Epoch > options.Epochs)
        {
            stop.Ask(StopReason.Completed);
        }

        parts.Callbacks.Save(run, CheckpointMoment.Epoch);
    }

    private void BeginNextEpoch()
    {
        (run.Epoch, run.Batch) = (run.Epoch + 1, 0);
        run.Totals = new EpochTotals();
        run.EpochAveraged = false;
    }

    private EpochResult Result(Evaluation? validated, TimeSpan duration)
    {
        var totals = run.Totals;
        return new EpochResult(run.Epoch, totals.MeanLoss, validated, duration)
        {
            Steps = totals.Steps,
            SkippedSteps = totals.SkippedSteps,
            Samples = totals.Samples,
            LearningRates = run.LearningRates,
            GradientNorm = options.ClipNorm is null || totals.Steps == 0 ? null : totals.NormSum / totals.Steps,
            PhaseLosses = totals.Means(totals.PhaseLosses),
            Values = totals.Means(totals.Values),
            Times = totals.Times,
        };
    }

    /// <summary>The validation after the epoch's last step, if there was one and nothing has changed since.</summary>
    private Evaluation? MeasuredAlready() =>
        !AveragesAtEnd && run.History.Validations is [.., var last] && (last.Step, last.Epoch) == (run.Step, run.Epoch) ? last.Evaluation : null;

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
        run.LastValidatedStep = run.Step;
        parts.Callbacks.Validated(run, evaluation);
        return evaluation;
    }
}
