using System.Diagnostics.CodeAnalysis;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TorchSharp;

namespace DeepLearningCourse.Hosting;

/// <summary>One turn of a run: makes the job in a service scope of its own, trains, and disposes what the job made, whatever happens.</summary>
internal sealed class JobRunner(JobCatalog catalog, IServiceScopeFactory scopes, IOptions<TrainerServiceOptions> settings, ILoggerFactory loggers)
{
    private readonly TrainerServiceOptions settings = settings.Value;
    private readonly ILogger logger = loggers.CreateLogger<TrainingService>();
    private readonly ILogger runLogger = loggers.CreateLogger<Trainer>();

    /// <summary>Trains on a thread of the run's own: a factory may take long, and torch keeps gradient mode and dispose scopes per thread.</summary>
    /// <returns>How it ended; the task does not fail.</returns>
    public Task<RunOutcome> RunAsync(TrainingRunStatus run, IProgress<TrainingProgress> progress, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Run(run, progress, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    [SuppressMessage("Design", "CA1031", Justification = "A failing run must not end the service.")]
    private RunOutcome Run(TrainingRunStatus run, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        using var region = HostingLog.During(runLogger, run.Id);
        var scope = scopes.CreateAsyncScope();
        TrainingContext context = new(run, scope.ServiceProvider, Options(run), run.Job.LearningRate ?? settings.LearningRate, cancellationToken);

        try
        {
            return Train(context, progress);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new RunOutcome(TrainingRunState.Queued);
        }
        catch (Exception exception)
        {
            HostingLog.Failed(logger, run.Id, exception.Message, exception);
            return new RunOutcome(TrainingRunState.Failed, (exception as TrainingException)?.History, exception.Message);
        }
        finally
        {
            Release(context, scope);
        }
    }

    private RunOutcome Train(TrainingContext context, IProgress<TrainingProgress> progress)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        _ = Directory.CreateDirectory(context.Folder);

        // The factory makes the network, whose initial values are drawn then.
        if (context.Options.Seed is { } seed)
        {
            _ = torch.manual_seed(seed);
        }

        var work = catalog.Find(context.Job.Name)(context) ?? throw new InvalidOperationException(
            $"The factory of the job '{context.Job.Name}' gave null. It ends with return TrainingWork.Create(trainer, trainLoader);");
        var history = work.FitAsync(progress, context.CancellationToken).GetAwaiter().GetResult();

        if (history.StopReason is StopReason.Canceled or StopReason.Interrupted)
        {
            return new RunOutcome(TrainingRunState.Queued, history);
        }

        work.Complete(history);
        return new RunOutcome(TrainingRunState.Completed, history);
    }

    private TrainerOptions Options(TrainingRunStatus run) => new()
    {
        Epochs = run.Job.Epochs ?? settings.Epochs,
        Seed = run.Job.Seed ?? settings.Seed,
        LogEverySteps = settings.LogEverySteps,
        Callbacks = [new Checkpoint(run.Folder, settings.CheckpointEverySteps, settings.CheckpointEveryEpochs, settings.KeepCheckpoints)],
        Logger = runLogger,

        // The host handles signals, and has a log in place of a progress bar.
        HandleSignals = false,
        ShowProgress = false,
    };

    private void Release(TrainingContext context, AsyncServiceScope scope)
    {
        foreach (var disposable in context.TakeOwned())
        {
            Try(context.RunId, disposable.Dispose);
        }

        // Not Dispose(): a scope may hold services that can only be disposed asynchronously.
        Try(context.RunId, () => scope.DisposeAsync().AsTask().GetAwaiter().GetResult());
    }

    [SuppressMessage("Design", "CA1031", Justification = "What cannot be disposed must not keep the rest from it, nor end the service.")]
    private void Try(string run, Action dispose)
    {
        try
        {
            dispose();
        }
        catch (Exception exception)
        {
            HostingLog.NotDisposed(logger, run, exception.Message, exception);
        }
    }
}
