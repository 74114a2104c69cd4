using System.Globalization;

namespace DeepLearningCourse.Training.Display;

/// <summary>Sentences and figures about a run.</summary>
internal static class RunText
{
    /// <summary>An epoch's figures in one line.</summary>
    public static string Figures(EpochResult epoch) => string.Join(
        "  ", Display.Figures.Of(epoch).Prepend(("loss", epoch.TrainLoss)).Select(figure => $"{figure.Item1} {Display.Figures.Number(figure.Item2)}"));

    /// <summary>The figures of the moment.</summary>
    public static string Now(TrainingRun run)
    {
        var loss = double.IsNaN(run.MeanLoss) ? "" : $"loss {Display.Figures.Number(run.MeanLoss)}  ";
        return run.LearningRates is [var rate, ..] ? $"{loss}lr {Display.Figures.LearningRate(rate)}" : loss.TrimEnd();
    }

    public static string Batch(TrainingRun run) => run.BatchesPerEpoch is { } batches
        ? string.Create(CultureInfo.InvariantCulture, $"batch {run.Batch}/{batches}")
        : string.Create(CultureInfo.InvariantCulture, $"batch {run.Batch}");

    /// <summary>Where a run goes on; null if it began anew.</summary>
    public static string? Resumed(TrainingRun run) => run.History.ResumedFrom is { } path
        ? string.Create(CultureInfo.InvariantCulture, $"Resumed {Place(run)}, step {run.Step}, from {path}")
        : null;

    /// <summary>The checkpoint that a run went on from; null if it began anew.</summary>
    public static string? GoneOn(TrainingHistory history) => history.ResumedFrom is { } path ? $"Resumed from {path}" : null;

    /// <summary>Why a run ended.</summary>
    public static string Ended(TrainingRun run)
    {
        var how = run.History.StopReason switch
        {
            StopReason.Completed => "Completed",
            StopReason.Canceled => "Canceled",
            StopReason.Interrupted => "Interrupted",
            StopReason.EarlyStopped => "Stopped early, as the watched figure became no better,",
            StopReason.MaxSteps => "Stopped at TrainerOptions.MaxSteps",
            StopReason.MaxTime => "Stopped at TrainerOptions.MaxTime",
            _ => "Stopped as asked",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{how} {Place(run)}, step {run.Step}, in {Display.Figures.Time(run.Elapsed)}");
    }

    public static string Failed(TrainingRun run) => string.Create(CultureInfo.InvariantCulture, $"Failed {Place(run)}{(run.Step > 0 ? $", step {run.Step}" : "")}");

    private static string Place(TrainingRun run) => (run.Epoch, run.Batch) switch
    {
        (1, 0) => "before the first batch",
        (var epoch, 0) => string.Create(CultureInfo.InvariantCulture, $"after epoch {epoch - 1}"),
        var (epoch, _) => string.Create(CultureInfo.InvariantCulture, $"in epoch {epoch} after {Batch(run)}"),
    };
}
