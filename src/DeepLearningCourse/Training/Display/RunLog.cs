using System.Globalization;
using Microsoft.Extensions.Logging;

namespace DeepLearningCourse.Training.Display;

/// <summary>Writes what happens in a run to a log. Warnings and checkpoints write themselves there (<see cref="TrainingRun"/>).</summary>
internal sealed class RunLog(ILogger logger) : ITrainingCallback
{
    public int Order => int.MaxValue;

    public void OnFitStarted(TrainingRun run)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var device = run.Options.Device ?? run.Model.parameters().FirstOrDefault()?.device;
            TrainingLog.Started(logger, run.Model.GetType().Name, run.Model.parameters().Sum(parameter => parameter.numel()), device?.ToString() ?? "cpu", RunOptionsText.Of(run));
        }

        if (run.History.ResumedFrom is { } path)
        {
            TrainingLog.Resumed(logger, run.Epoch, run.Batch, run.Step, path);
        }
    }

    public void OnStepEnded(TrainingRun run, StepResult result)
    {
        if (result.Step % run.Options.LogEverySteps == 0 && logger.IsEnabled(LogLevel.Debug))
        {
            TrainingLog.Stepped(logger, result.Step, result.Epoch, result.Batch, result.Loss, run.LearningRates is [var rate, ..] ? rate : double.NaN);
        }
    }

    public void OnEpochEnded(TrainingRun run, EpochResult epoch)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            TrainingLog.EpochEnded(logger, epoch.Epoch, run.Options.Epochs, epoch.TrainLoss, Measured(epoch), epoch.Duration.TotalSeconds);
        }
    }

    public void OnFitEnded(TrainingRun run, TrainingHistory history) =>
        TrainingLog.Ended(logger, history.StopReason, history.Epochs.Count(epoch => !epoch.IsPartial), history.Steps, run.Elapsed.TotalSeconds);

    public void OnFailed(TrainingRun run, Exception exception) => TrainingLog.Failed(logger, exception, run.Epoch, run.Batch, run.Step);

    /// <summary>A log keeps all digits: it is read by programs, too.</summary>
    private static string Measured(EpochResult epoch)
    {
        var rate = epoch.LearningRates is [var first, ..] ? first : double.NaN;
        return string.Join(", ", Figures.Of(epoch).Append(("learning rate", rate)).Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Item1} {figure.Item2}")));
    }
}
