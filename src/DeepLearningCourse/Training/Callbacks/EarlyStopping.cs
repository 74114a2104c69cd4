using System.Globalization;
using DeepLearningCourse.Metrics;
using DeepLearningCourse.Optimization;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Ends a run when a watched figure no longer becomes better, and gives the network the weights back that it was best with.</summary>
/// <remarks>
/// <para>Counts as <see href="https://keras.io/api/callbacks/early_stopping/">Keras</see> does: each look without an improvement adds one to the wait, an improvement
/// sets it to 0, and the run ends when the wait reaches the patience. A look is a validation, those within epochs
/// (<see cref="TrainerOptions.ValidateEverySteps"/>) included; two of the same step count as one. The thresholds are those of
/// <see href="https://lightning.ai/docs/pytorch/stable/api/lightning.pytorch.callbacks.EarlyStopping.html">Lightning</see>.</para>
/// <para>Without a metric the validation loss is watched; without validation data the training loss of each epoch, which was measured while the weights changed.</para>
/// <para>The best weights and buffers are given back whenever the run ends, also if it was cancelled, reached a limit or trained all its epochs; they are not if an
/// exception ended it. Checkpoints have both the weights of the last step, with which a resumed run goes on, and the best ones.</para>
/// <para>With <see cref="TrainerOptions.Average"/> it is the averaged weights that a validation measures: those are kept, and the network ends with
/// the averages that were best. <see cref="WeightAverage.CopyTo"/> would put the last ones in their place.</para>
/// </remarks>
/// <example>
/// <code>
/// var stopping = new EarlyStopping(patience: 3);
/// new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 100, Callbacks = [stopping] }).Fit(trainLoader, validationLoader);
/// // stopping.Reason: The validation loss did not fall below 0.1824 (epoch 7) in 3 looks.
/// </code>
/// </example>
public sealed class EarlyStopping : ITrainingCallback
{
    private readonly int patience;
    private readonly double minDelta;
    private readonly Metric? monitor;
    private readonly bool restoreBest;
    private readonly double? stoppingThreshold;
    private readonly double? divergenceThreshold;
    private readonly int startFromEpoch;
    private readonly bool checkFinite;
    private readonly KeptWeights best = new();
    private StoppingProgress progress = new();
    private bool restored;

    /// <summary>Ends a run in time.</summary>
    /// <param name="patience">After how many looks in a row without an improvement the run ends; at least 1.</param>
    /// <param name="minDelta">A figure has to be better than the best by more than this to count as an improvement; at least 0.</param>
    /// <param name="monitor">What is watched: one of <see cref="TrainerOptions.Metrics"/>, better as its <see cref="Metric.HigherIsBetter"/> says; null for the
    /// smallest loss.</param>
    /// <param name="restoreBest">Whether the network gets the best weights at the end.</param>
    /// <param name="stoppingThreshold">A figure better than this is good enough: the run ends. Null for none.</param>
    /// <param name="divergenceThreshold">A figure worse than this is hopeless: the run ends. Null for none.</param>
    /// <param name="startFromEpoch">The first epoch that is looked at, from 1.</param>
    /// <param name="checkFinite">Whether a figure that is NaN or infinite ends the run; otherwise it is none that improves.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small or no number.</exception>
    public EarlyStopping(
        int patience, double minDelta = 0, Metric? monitor = null, bool restoreBest = true, double? stoppingThreshold = null, double? divergenceThreshold = null,
        int startFromEpoch = 1, bool checkFinite = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(startFromEpoch, 1);

        if (!(minDelta >= 0) || double.IsInfinity(minDelta))
        {
            throw new ArgumentOutOfRangeException(nameof(minDelta), minDelta, "minDelta is how much better a figure must be: 0 or more.");
        }

        RequireNumber(stoppingThreshold, nameof(stoppingThreshold));
        RequireNumber(divergenceThreshold, nameof(divergenceThreshold));
        (this.patience, this.minDelta, this.monitor, this.restoreBest) = (patience, minDelta, monitor, restoreBest);
        (this.stoppingThreshold, this.divergenceThreshold) = (stoppingThreshold, divergenceThreshold);
        (this.startFromEpoch, this.checkFinite) = (startFromEpoch, checkFinite);
    }

    /// <summary>Before others: those that look at the network at the end see the best weights.</summary>
    public int Order => -100;

    /// <summary>The epoch of the best figure, from 1; null before the first look.</summary>
    public int? BestEpoch => progress.BestEpoch;

    /// <summary>The steps that were made before the best figure; null before the first look.</summary>
    public long? BestStep => progress.BestStep;

    /// <summary>The best figure; null before the first look.</summary>
    public double? BestValue => progress.BestValue;

    /// <summary>The epoch in which the run was stopped, from 1; null if it was not.</summary>
    public int? StoppedEpoch => progress.StoppedEpoch;

    /// <summary>Why it was stopped, as a sentence; null if it was not.</summary>
    public string? Reason => progress.Reason;

    /// <inheritdoc/>
    public CallbackState State => new(StateText.Of(progress), restoreBest ? best.Tensors : null);

    /// <summary>Whether the network has been given its best weights in the run that has ended.</summary>
    internal bool GaveBack { get; private set; }

    private double Sign => monitor is { HigherIsBetter: true } ? -1 : 1;

    /// <inheritdoc/>
    public void Restore(CallbackState state)
    {
        progress = StateText.Read<StoppingProgress>(state);
        best.Forget();

        if (restoreBest && state.Tensors is { Count: > 0 } tensors)
        {
            best.Keep(tensors);
        }

        restored = true;
    }

    /// <inheritdoc/>
    public void OnFitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);

        if (monitor is not null && run.Options.Metrics.All(metric => metric.Name != monitor.Name))
        {
            throw new ArgumentException(
                $"EarlyStopping watches the metric '{monitor.Name}', and TrainerOptions.Metrics does not have it. Put it there, or leave out monitor to watch the loss.");
        }

        if (run.History.ResumedFrom is null || !restored)
        {
            best.Forget();
            progress = new StoppingProgress();
        }
        else if (restoreBest && best.IsEmpty && progress.BestValue is not null)
        {
            run.Warn("The checkpoint has no best weights, because it was written with restoreBest: false. From here on the best is looked for anew.");
            progress = progress with { BestValue = null, BestEpoch = null, BestStep = null, Waited = 0 };
        }

        (restored, GaveBack) = (false, false);

        // Where something else ended the run at the same step, the checkpoint has that reason.
        if (progress.StoppedEpoch is not null)
        {
            run.Stop(StopReason.EarlyStopped);
        }
    }

    /// <inheritdoc/>
    public void OnValidated(TrainingRun run, Evaluation validation)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(validation);
        Look(run, monitor is null ? validation.Loss : validation[monitor], () => KeepValidated(run));
    }

    /// <inheritdoc/>
    public void OnEpochEnded(TrainingRun run, EpochResult epoch)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(epoch);

        if (epoch.Validation is not null || epoch.Epoch % run.Options.ValidateEveryEpochs != 0)
        {
            return;
        }

        if (monitor is not null)
        {
            throw new Place(run.Epoch, run.Batch, run.History).Error(
                $"EarlyStopping watches the metric '{monitor.Name}', which is measured on validation data, and Fit was given none. "
                + "Give it validation batches, or leave out monitor to watch the training loss.");
        }

        Look(run, epoch.TrainLoss, () => best.Keep(run.Model.state_dict()));
    }

    /// <inheritdoc/>
    public void OnFitEnded(TrainingRun run, TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(run);

        try
        {
            if (!best.IsEmpty)
            {
                best.GiveTo(run.Model);
                GaveBack = true;
            }
        }
        finally
        {
            best.Forget();
        }
    }

    /// <inheritdoc/>
    public void OnFailed(TrainingRun run, Exception exception) => best.Forget();

    private void Look(TrainingRun run, double value, Action keep)
    {
        if (run.Epoch < startFromEpoch)
        {
            return;
        }

        // After the last step of an epoch there may be two validations.
        var isSecond = progress.LookedAtStep == run.Step;
        progress = progress with { LookedAtStep = run.Step };
        var enough = stoppingThreshold is { } enoughAt && Sign * value < Sign * enoughAt;

        if (Improves(value, enough ? 0 : minDelta))
        {
            if (restoreBest)
            {
                keep();
            }

            progress = progress with { BestValue = value, BestEpoch = run.Epoch, BestStep = run.Step, Waited = 0 };
        }
        else if (!isSecond)
        {
            progress = progress with { Waited = progress.Waited + 1 };
        }

        Judge(run, value, enough);
    }

    /// <summary>Keras's comparison; before the first look the worst figure is the best.</summary>
    private bool Improves(double value, double delta) =>
        (Sign * value) + delta < (progress.BestValue is { } known ? Sign * known : double.PositiveInfinity);

    private void Judge(TrainingRun run, double value, bool enough)
    {
        var isDiverged = divergenceThreshold is { } hopeless && Sign * value > Sign * hopeless;

        if (checkFinite && !double.IsFinite(value))
        {
            Stop(run, Text($"{Watched(run)} is {value} after step {run.Step}."), warns: true);
        }
        else if (enough)
        {
            Stop(run, Text($"{Watched(run)} of {value:G4} is better than {stoppingThreshold:G4}, which is good enough."), warns: false);
        }
        else if (isDiverged)
        {
            Stop(run, Text($"{Watched(run)} of {value:G4} after step {run.Step} is worse than {divergenceThreshold:G4}: the run has gone astray."), warns: true);
        }
        else if (progress.Waited >= patience)
        {
            Stop(run, progress.BestValue is null
                ? Text($"{Watched(run)} was not finite in any of {patience} looks.")
                : Text($"{Watched(run)} did not {(Sign < 0 ? "rise above" : "fall below")} {progress.BestValue:G4} (epoch {progress.BestEpoch}) in {progress.Waited} {(progress.Waited == 1 ? "look" : "looks")}."), warns: false);
        }
    }

    private void Stop(TrainingRun run, string reason, bool warns)
    {
        if (progress.StoppedEpoch is not null)
        {
            return;
        }

        progress = progress with { StoppedEpoch = run.Epoch, Reason = reason };
        run.Stop(StopReason.EarlyStopped);

        if (warns)
        {
            run.Warn($"EarlyStopping ended the run: {reason}");
        }
    }

    /// <summary>Keeps the weights that a validation has measured.</summary>
    private void KeepValidated(TrainingRun run)
    {
        using (run.Options.Average is { Updates: > 0 } average ? average.Apply() : null)
        {
            best.Keep(run.Model.state_dict());
        }
    }

    private string Watched(TrainingRun run) =>
        monitor is not null ? $"The metric '{monitor.Name}'" : run.History.Validations.Count > 0 ? "The validation loss" : "The training loss";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void RequireNumber(double? value, string name)
    {
        if (value is { } given && double.IsNaN(given))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is a figure to compare with, or null for none.");
        }
    }
}
