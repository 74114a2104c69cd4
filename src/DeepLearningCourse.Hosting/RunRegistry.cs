using DeepLearningCourse.Training;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DeepLearningCourse.Hosting;

/// <summary>The runs from the moment they are asked for to their end. Its lock guards the list and every <see cref="RunEntry"/>.</summary>
internal sealed class RunRegistry : ITrainingQueue, ITrainingRuns, IDisposable
{
    private readonly Lock gate = new();
    private readonly RunList runs;
    private readonly JobCatalog catalog;
    private readonly TrainerServiceOptions settings;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    // A permit for each run that waits, and perhaps some too many: whoever takes one looks whether there is a run.
    private readonly SemaphoreSlim waiting;
    private volatile bool isServing;

    public RunRegistry(IOptions<TrainerServiceOptions> options, IHostEnvironment environment, JobCatalog catalog, TimeProvider time, ILogger<TrainingService> logger)
    {
        (settings, this.catalog, this.time, this.logger) = (options.Value, catalog, time, logger);
        runs = new RunList(Path.GetFullPath(settings.Folder, environment.ContentRootPath), settings.KeepEndedRuns, logger);
        waiting = new SemaphoreSlim(runs.Statuses.Count(run => run.State == TrainingRunState.Queued));
    }

    /// <summary>Whether the service takes runs from the queue.</summary>
    public bool IsServing
    {
        get => isServing;
        set => isServing = value;
    }

    /// <summary>Why the queue's file could not be written the last time; null if it was.</summary>
    public string? WriteProblem
    {
        get
        {
            lock (gate)
            {
                return runs.WriteProblem;
            }
        }
    }

    public IReadOnlyList<TrainingRunStatus> All
    {
        get
        {
            lock (gate)
            {
                return runs.Statuses;
            }
        }
    }

    public TrainingRunStatus? Find(string id)
    {
        lock (gate)
        {
            return runs.Find(id)?.Status;
        }
    }

    public TrainingRunStatus Enqueue(TrainingJob job)
    {
        catalog.Require(job);

        lock (gate)
        {
            var id = runs.NewId(job.Name);
            RunEntry entry = new(new TrainingRunStatus(id, job, TrainingRunState.Queued, runs.FolderOf(id), time.GetUtcNow()));
            runs.Append(entry);
            _ = waiting.Release();
            return entry.Status;
        }
    }

    public bool Requeue(string id)
    {
        lock (gate)
        {
            if (runs.Find(id) is not { Status.State: TrainingRunState.Failed or TrainingRunState.Stopped } old)
            {
                return false;
            }

            RunEntry again = new(old.Status with { State = TrainingRunState.Queued, EndedAt = null, History = null, Summary = null, Message = null });
            runs.Append(again, instead: old);
            _ = waiting.Release();
            return true;
        }
    }

    public bool Stop(string id)
    {
        CancellationTokenSource? training;

        lock (gate)
        {
            if (runs.Find(id) is not { Status.IsEnded: false } entry)
            {
                return false;
            }

            entry.StopAsked = true;
            training = entry.Stop;

            if (training is null)
            {
                Finish(entry, new RunOutcome(TrainingRunState.Queued));
            }
            else
            {
                runs.TrySave();
            }
        }

        try
        {
            // Outside of the lock: what the token wakes may be about to report its progress.
            training?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has just ended by itself.
        }

        return true;
    }

    public async Task<TrainingRunStatus> WaitAsync(string id, CancellationToken cancellationToken = default)
    {
        Task<TrainingRunStatus> ended;

        lock (gate)
        {
            var entry = runs.Find(id) ?? throw new KeyNotFoundException(
                $"There is no run '{id}'. Its id is what Enqueue gave; of ended runs the last {settings.KeepEndedRuns} are remembered ({nameof(TrainerServiceOptions)}.{nameof(TrainerServiceOptions.KeepEndedRuns)}).");
            ended = entry.Status.IsEnded ? Task.FromResult(entry.Status) : entry.Ended.Task;
        }

        return await ended.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for a run whose turn it is, and begins it.</summary>
    /// <exception cref="OperationCanceledException">The token asked to stop.</exception>
    public async Task<RunEntry> TakeNextAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await waiting.WaitAsync(stoppingToken).ConfigureAwait(false);

            lock (gate)
            {
                if (runs.FirstQueued is { } next)
                {
                    next.Stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    next.Status = next.Status with { State = TrainingRunState.Running, StartedAt = time.GetUtcNow(), Progress = null };
                    runs.TrySave();
                    HostingLog.Begins(logger, next.Status.Id);
                    return next;
                }
            }
        }
    }

    /// <summary>Where a run reports how far it is.</summary>
    public IProgress<TrainingProgress> ProgressOf(RunEntry entry) => new RunReports(entry, gate);

    /// <summary>Takes down how the turn of a run ended.</summary>
    public void End(RunEntry entry, RunOutcome outcome)
    {
        lock (gate)
        {
            entry.Stop?.Dispose();
            entry.Stop = null;
            Finish(entry, outcome);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            runs.Dispose();
        }
    }

    private void Finish(RunEntry entry, RunOutcome outcome)
    {
        var state = outcome.State == TrainingRunState.Queued && entry.StopAsked ? TrainingRunState.Stopped : outcome.State;
        var status = entry.Status with { State = state, History = outcome.History, Message = outcome.Message };
        entry.Status = status.IsEnded
            ? status with { EndedAt = time.GetUtcNow(), Summary = outcome.History is null ? null : TrainingSummary.Of(outcome.History) }
            : status;
        HostingLog.Ended(logger, entry.Status);
        runs.TrySave();

        if (entry.Status.IsEnded)
        {
            _ = entry.Ended.TrySetResult(entry.Status);
        }
        else
        {
            _ = waiting.Release();
        }
    }
}
