using System.Diagnostics;

namespace DeepLearningCourse.Training.Display;

/// <summary>Tells meters and traces what happens in a run; without a listener each moment costs a few comparisons.</summary>
internal sealed class RunTelemetry : ITrainingCallback
{
    private KeyValuePair<string, object?> network;
    private Activity? fit;
    private Activity? epoch;
    private Activity? validation;
    private long samples;
    private long steps;

    // When the step began; 0 where that was not measured.
    private long stepBegan;

    public int Order => int.MaxValue;

    public void OnFitStarted(TrainingRun run)
    {
        StartFit(run);
        (samples, steps) = (run.Samples, run.Step);

        if (run.Batch > 0)
        {
            StartEpoch(run);
        }
    }

    public void OnEpochStarted(TrainingRun run)
    {
        StartEpoch(run);
        samples = 0;
    }

    public void OnStepEnded(TrainingRun run, StepResult result)
    {
        if (TrainingTelemetry.Steps.Enabled)
        {
            TrainingTelemetry.Steps.Add(run.Step - steps, network);
        }

        if (TrainingTelemetry.Samples.Enabled)
        {
            TrainingTelemetry.Samples.Add(run.Samples - samples, network);
        }

        if (TrainingTelemetry.Loss.Enabled)
        {
            TrainingTelemetry.Loss.Record(result.Loss, network);
        }

        if (TrainingTelemetry.LearningRate.Enabled && run.LearningRates is [var rate, ..])
        {
            TrainingTelemetry.LearningRate.Record(rate, network);
        }

        (samples, steps) = (run.Samples, run.Step);
        EndStep();
    }

    public void OnValidationStarted(TrainingRun run)
    {
        validation = TrainingTelemetry.Activities.StartActivity("validation");
        validation?.SetTag(TrainingTelemetry.NetworkTag, network.Value).SetTag("training.epoch", run.Epoch).SetTag("training.step", run.Step);
    }

    public void OnValidated(TrainingRun run, Evaluation validation)
    {
        this.validation?.SetTag("training.validation.loss", validation.Loss).SetTag("training.validation.samples", validation.Samples);
        End(ref this.validation);

        if (TrainingTelemetry.ValidationLoss.Enabled)
        {
            TrainingTelemetry.ValidationLoss.Record(validation.Loss, network);
        }

        stepBegan = Now();
    }

    public void OnEpochEnded(TrainingRun run, EpochResult epoch)
    {
        this.epoch?.SetTag("training.loss", epoch.TrainLoss).SetTag("training.steps", epoch.Steps).SetTag("training.samples", epoch.Samples);

        if (epoch.Validation is { } validated)
        {
            this.epoch?.SetTag("training.validation.loss", validated.Loss);
        }

        End(ref this.epoch);

        if (TrainingTelemetry.Epochs.Enabled)
        {
            TrainingTelemetry.Epochs.Add(1, network);
        }

        if (TrainingTelemetry.EpochDuration.Enabled)
        {
            TrainingTelemetry.EpochDuration.Record(epoch.Duration.TotalSeconds, network);
        }
    }

    public void OnFitEnded(TrainingRun run, TrainingHistory history) => EndFit(history, null);

    public void OnFailed(TrainingRun run, Exception exception)
    {
        // A checkpoint that cannot be read ends a run before it has begun.
        if (fit is null)
        {
            StartFit(run);
        }

        EndFit(run.History, exception);
    }

    private void StartFit(TrainingRun run)
    {
        network = new(TrainingTelemetry.NetworkTag, run.Model.GetType().Name);
        fit = TrainingTelemetry.Activities.StartActivity("fit");
        fit?.SetTag(network.Key, network.Value).SetTag("training.epochs", run.Options.Epochs);

        if (run.History.ResumedFrom is { } path)
        {
            fit?.SetTag("training.resumed_from", path);
        }
    }

    private void StartEpoch(TrainingRun run)
    {
        epoch = TrainingTelemetry.Activities.StartActivity("epoch");
        epoch?.SetTag(network.Key, network.Value).SetTag("training.epoch", run.Epoch);
        stepBegan = Now();
    }

    private void EndStep()
    {
        var now = Now();

        if (now != 0 && stepBegan != 0)
        {
            TrainingTelemetry.StepDuration.Record(Stopwatch.GetElapsedTime(stepBegan, now).TotalSeconds, network);
        }

        stepBegan = now;
    }

    private static long Now() => TrainingTelemetry.StepDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    private void EndFit(TrainingHistory history, Exception? exception)
    {
        // What a stop or an exception left open.
        Fail(validation, exception);
        End(ref validation);
        Fail(epoch, exception);
        End(ref epoch);
        Fail(fit, exception);
        fit?.SetTag("training.steps", history.Steps).SetTag("training.stop_reason", history.StopReason.ToString());

        if (exception is not null)
        {
            fit?.AddException(exception);
        }
        else if (history.Epochs.Count > 0)
        {
            fit?.SetTag("training.loss", history.Epochs[^1].TrainLoss);
        }

        End(ref fit);
    }

    private static void Fail(Activity? activity, Exception? exception)
    {
        if (exception is not null)
        {
            _ = activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
        }
    }

    private static void End(ref Activity? activity)
    {
        activity?.Dispose();
        activity = null;
    }
}
