using System.Globalization;
using System.Text.Json;
using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Metrics;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Writes checkpoints into a folder while a network trains: after epochs, every some steps, when the run is asked to stop, and at its end.</summary>
/// <remarks>
/// A file has all that a run needs to go on bit for bit (<see cref="TrainingRun.Save"/>) and is named by its step. It is written aside and renamed, and older ones
/// are deleted only afterwards, so that a program that is killed leaves a whole one. Where the folder cannot be written to, which is tried when the run begins, or
/// the disk is full, the run goes on: the history has a warning for each cause, and another one when checkpoints are written again.
/// </remarks>
/// <example>
/// <code>
/// var options = new TrainerOptions { Callbacks = [new Checkpoint("runs/digits", everySteps: 500)] };
/// new Trainer(model, criterion, optimizer, options).Fit(trainLoader, validationLoader, resume: ResumeFrom.Auto);
/// </code>
/// </example>
public sealed class Checkpoint : ITrainingCallback
{
    private readonly int? everySteps;
    private readonly int everyEpochs;
    private readonly int keepLast;
    private readonly int keepBest;
    private readonly Metric? monitor;
    private readonly List<Saved> saved = [];
    private readonly HashSet<Saved> undeletable = [];
    private readonly CheckpointTrouble trouble = new();
    private long lastSaved = -1;
    private double? unseen;
    private string? restoredMonitor;

    /// <summary>Writes checkpoints.</summary>
    /// <param name="folder">Where; made if it is not there. One folder belongs to one run.</param>
    /// <param name="everySteps">Every how many steps of the optimizer; null for not within epochs.</param>
    /// <param name="everyEpochs">Every how many epochs.</param>
    /// <param name="keepLast">How many of the newest stay; at least 1. With 2 there is another one if the newest is damaged.</param>
    /// <param name="keepBest">How many of those with the best validations stay as well; 0 for none.</param>
    /// <param name="monitor">What is best: one of <see cref="TrainerOptions.Metrics"/>; null for the smallest validation loss.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public Checkpoint(string folder, int? everySteps = null, int everyEpochs = 1, int keepLast = 2, int keepBest = 0, Metric? monitor = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps ?? 1, 1, nameof(everySteps));
        ArgumentOutOfRangeException.ThrowIfLessThan(everyEpochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(keepLast, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(keepBest);
        Folder = Path.GetFullPath(folder);
        (this.everySteps, this.everyEpochs, this.keepLast, this.keepBest, this.monitor) = (everySteps, everyEpochs, keepLast, keepBest, monitor);
    }

    /// <summary>The folder, whole.</summary>
    public string Folder { get; }

    /// <summary>The newest checkpoint; null before the first.</summary>
    public string? Last => saved.Count == 0 ? null : FileOf(saved[^1]);

    /// <summary>The checkpoint with the best validation; null if none was validated.</summary>
    public string? Best => Ranked().Select(FileOf).FirstOrDefault();

    /// <inheritdoc/>
    public CallbackState State => new(new Dictionary<string, string> { ["saved"] = JsonSerializer.Serialize(saved, Json), ["monitor"] = Watched });

    private string Watched => monitor?.Name ?? "the validation loss";

    private static JsonSerializerOptions Json { get; } = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <inheritdoc/>
    public void Restore(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        saved.Clear();
        saved.AddRange(JsonSerializer.Deserialize<List<Saved>>(state.Values["saved"], Json) ?? []);
        lastSaved = saved.Count == 0 ? -1 : saved[^1].Step;
        restoredMonitor = state.Values.GetValueOrDefault("monitor");
    }

    /// <inheritdoc/>
    public void OnFitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        RequireSense(run);
        unseen = null;
        trouble.Forget();
        undeletable.Clear();

        if (run.History.ResumedFrom is null)
        {
            saved.Clear();
            lastSaved = -1;
        }

        ForgetOtherScores(run);

        if (!run.Options.FastDevRun)
        {
            SavableOptimizers.Require(run.Optimizers);
            trouble.Prepare(run, Folder, () => Prepare(run));
        }
    }

    /// <inheritdoc/>
    public void OnValidated(TrainingRun run, Evaluation validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        unseen = monitor is null ? -validation.Loss : monitor.HigherIsBetter ? validation[monitor] : -validation[monitor];
    }

    /// <inheritdoc/>
    public void OnCheckpoint(TrainingRun run, CheckpointMoment moment)
    {
        ArgumentNullException.ThrowIfNull(run);

        if (!run.Options.FastDevRun && IsDue(run, moment))
        {
            trouble.Save(run, () => Save(run));
        }
    }

    private void RequireSense(TrainingRun run)
    {
        if (monitor is not null && run.Options.Metrics.All(metric => metric.Name != monitor.Name))
        {
            throw new ArgumentException(
                $"Checkpoint watches the metric '{monitor.Name}', and TrainerOptions.Metrics does not have it. Put it there, or leave out monitor to watch the loss.");
        }

        // Each would delete what the other one keeps.
        if (run.Options.Callbacks.OfType<Checkpoint>().Any(other => other != this && IsIn(other.Folder)))
        {
            throw new ArgumentException($"Two of TrainerOptions.Callbacks write checkpoints into {Folder}. Give each a folder of its own.");
        }
    }

    /// <summary>Figures of another metric are no better or worse than those of this one.</summary>
    private void ForgetOtherScores(TrainingRun run)
    {
        if (run.History.ResumedFrom is not null && restoredMonitor is { } before && before != Watched && saved.Exists(one => one.Score is not null))
        {
            run.Warn($"Checkpoint ranked the files so far by {before}, and now goes by {Watched}: the best is looked for anew.");
            var unranked = saved.ConvertAll(one => one with { Score = null });
            saved.Clear();
            saved.AddRange(unranked);
        }

        restoredMonitor = null;
    }

    private bool IsIn(string folder) => Path.TrimEndingDirectorySeparator(folder) == Path.TrimEndingDirectorySeparator(Folder);

    private void Prepare(TrainingRun run)
    {
        CheckpointFolder.RequireRoom(Folder);
        CheckpointFolder.DeleteRemains(Folder);

        // The run may go on from another folder, where they stay.
        saved.RemoveAll(one => !File.Exists(FileOf(one)));

        if (CheckpointFolder.Newest(Folder) is { } newest && newest.Step > run.Step)
        {
            run.Warn(string.Create(CultureInfo.InvariantCulture,
                $"This run is at step {run.Step}, and {newest.File} is of a later one: until this run is past it, ResumeFrom.Auto takes that file. Give each run a folder of its own."));
        }
    }

    private bool IsDue(TrainingRun run, CheckpointMoment moment) => moment switch
    {
        CheckpointMoment.Step => run.Step % everySteps == 0,
        CheckpointMoment.Epoch => (run.Epoch - 1) % everyEpochs == 0,

        // Within an epoch of several steps' work the place counts as well, which the last file may not have.
        _ => true,
    };

    private void Save(TrainingRun run)
    {
        // The end of a run writes the file of its last epoch once more.
        Saved next = new(run.Step, unseen ?? saved.Find(one => one.Step == run.Step)?.Score);
        var before = saved.ToArray();
        saved.RemoveAll(one => one.Step >= run.Step);
        saved.Add(next);
        List<Saved> dropped = [.. saved.Except(Kept())];
        saved.RemoveAll(dropped.Contains);

        try
        {
            CheckpointFolder.Make(Folder);
            run.Save(FileOf(next));
        }
        catch
        {
            saved.Clear();
            saved.AddRange(before);
            throw;
        }

        (lastSaved, unseen) = (run.Step, null);
        dropped.ForEach(one => Delete(run, one));
    }

    /// <summary>Deletes a file; one that cannot be deleted is kept in mind, so that the next checkpoint tries again.</summary>
    private void Delete(TrainingRun run, Saved one)
    {
        if (!CheckpointTrouble.Delete(run, FileOf(one), isSaid: undeletable.Contains(one)))
        {
            _ = undeletable.Add(one);
            saved.Insert(0, one);
        }
    }

    private HashSet<Saved> Kept() => [.. saved.TakeLast(keepLast), .. Ranked().Take(keepBest)];

    private IEnumerable<Saved> Ranked() => saved.Where(one => one.Score is not null).OrderByDescending(one => one.Score);

    private string FileOf(Saved one) => CheckpointFolder.FileOf(Folder, one.Step);

    private sealed record Saved(long Step, double? Score);
}
