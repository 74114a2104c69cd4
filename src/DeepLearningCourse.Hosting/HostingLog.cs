using DeepLearningCourse.Training;
using Microsoft.Extensions.Logging;

namespace DeepLearningCourse.Hosting;

/// <summary>What the service says to the host's log.</summary>
internal static partial class HostingLog
{
    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("Run {Run}");

    /// <summary>What is logged until this is disposed belongs to a run.</summary>
    public static IDisposable? During(ILogger logger, string run) => Scope(logger, run);

    /// <summary>Says how a turn of a run ended; of a failure the runner has told.</summary>
    public static void Ended(ILogger logger, TrainingRunStatus run)
    {
        switch (run.State)
        {
            case TrainingRunState.Completed:
                Completed(logger, run.Id, run.History?.Steps, run.History?.StopReason);
                break;
            case TrainingRunState.Stopped:
                Stopped(logger, run.Id);
                break;
            case TrainingRunState.Queued:
                Interrupted(logger, run.Id);
                break;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The run {Run} begins.")]
    public static partial void Begins(ILogger logger, string run);

    [LoggerMessage(2, LogLevel.Information, "The run {Run} is completed: {Steps} steps ({Reason}).")]
    private static partial void Completed(ILogger logger, string run, long? steps, StopReason? reason);

    [LoggerMessage(3, LogLevel.Error, "The run {Run} failed: {Problem} The queue goes on.")]
    public static partial void Failed(ILogger logger, string run, string problem, Exception? exception);

    [LoggerMessage(4, LogLevel.Information, "The run {Run} was stopped.")]
    private static partial void Stopped(ILogger logger, string run);

    [LoggerMessage(5, LogLevel.Information, "The run {Run} is interrupted, and goes on from its checkpoint when the service starts again.")]
    private static partial void Interrupted(ILogger logger, string run);

    [LoggerMessage(6, LogLevel.Warning, "The runs {Runs} did not come to their next step within the host's shutdown timeout (HostOptions.ShutdownTimeout); they go on from their last checkpoints when the service starts again.")]
    public static partial void TooLate(ILogger logger, string runs);

    [LoggerMessage(7, LogLevel.Warning, "After the run {Run} something that its job made could not be disposed: {Problem}")]
    public static partial void NotDisposed(ILogger logger, string run, string problem, Exception exception);

    [LoggerMessage(8, LogLevel.Error, "The queue's file could not be written: {Problem} After a restart the runs stand as they did before.")]
    public static partial void NotWritten(ILogger logger, string problem, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "The queue's file {File} is damaged and was put aside as {Aside}: {Problem} The version before it is taken.")]
    public static partial void QueueDamaged(ILogger logger, string file, string aside, string problem);

    [LoggerMessage(10, LogLevel.Error, "There is no whole file of the queue in {Folder}: it begins empty. The checkpoints of the runs are there as they were.")]
    public static partial void QueueLost(ILogger logger, string folder);
}
