using System.Diagnostics;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>A run of <see cref="Trainer{TBatch}.Fit"/> while it goes on: where it is, and what callbacks may ask of it.</summary>
public sealed class TrainingRun
{
    private readonly StopRequest stop;
    private readonly long began = Stopwatch.GetTimestamp();

    internal TrainingRun(
        nn.Module model, IReadOnlyList<optim.Optimizer> optimizers, TrainerOptions options, TrainingHistory history, StopRequest stop, int? batchesPerEpoch)
    {
        this.stop = stop;
        (Model, Optimizers, Options, History, BatchesPerEpoch) = (model, optimizers, options, history, batchesPerEpoch);
    }

    /// <summary>The network.</summary>
    public nn.Module Model { get; }

    /// <summary>The optimizers; one, unless phases take turns.</summary>
    public IReadOnlyList<optim.Optimizer> Optimizers { get; }

    /// <summary>How it trains.</summary>
    public TrainerOptions Options { get; }

    /// <summary>What was done so far.</summary>
    public TrainingHistory History { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; internal set; } = 1;

    /// <summary>The batches of the epoch that were trained on.</summary>
    public int Batch { get; internal set; }

    /// <summary>The batches of an epoch; null if that shows only at its end.</summary>
    public int? BatchesPerEpoch { get; }

    /// <summary>The steps of the optimizer that were made, those before it was resumed included.</summary>
    public long Step { get; internal set; }

    /// <summary>The mean loss over the samples of the epoch so far; NaN before the first.</summary>
    public double MeanLoss => Totals.MeanLoss;

    /// <summary>The samples of the epoch so far.</summary>
    public long Samples => Totals.Samples;

    /// <summary>The learning rate of each group of the first optimizer.</summary>
    public IReadOnlyList<double> LearningRates => [.. Optimizers[0].ParamGroups.Select(group => group.LearningRate)];

    /// <summary>How long it trains, the time before it was resumed included.</summary>
    public TimeSpan Elapsed => ElapsedBefore + Stopwatch.GetElapsedTime(began);

    /// <summary>Why it is about to end; null while it goes on.</summary>
    public StopReason? StopReason => stop.Reason;

    internal EpochTotals Totals { get; set; } = new();

    /// <summary>The step after which the network was last evaluated within an epoch: a stop may come in between.</summary>
    internal long LastValidatedStep { get; set; }

    /// <summary>Whether the average has taken the epoch's weights: a stop may come before its validation.</summary>
    internal bool EpochAveraged { get; set; }

    internal TimeSpan ElapsedBefore { get; set; }

    /// <summary>The newest file that was written; null before the first.</summary>
    internal string? LastCheckpoint { get; private set; }

    internal Action<string> Write { get; set; } = _ => { };

    /// <summary>The batch at hand, as the step was given it; null before the first.</summary>
    internal Func<object?> CurrentBatch { get; set; } = () => null;

    /// <summary>Ends the run at the next step; may be called from any thread.</summary>
    /// <param name="reason">What the history says of it; the first reason counts.</param>
    public void Stop(StopReason reason = Training.StopReason.Stopped) => stop.Ask(reason);

    /// <summary>Writes all that the run needs to go on from here: weights, optimizers, schedules, averages, generators, its place in the data, callbacks, history.</summary>
    /// <param name="path">The file. It is written aside and renamed: an interrupted program leaves the old file. PyTorch reads it:
    /// <c>torch.load(path)["model_state_dict"]</c>.</param>
    /// <remarks>Call it in <see cref="ITrainingCallback.OnCheckpoint"/>: at other moments something of the step may not be done yet.</remarks>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">An optimizer is TorchSharp's own, which cannot say its state.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Write(path);
        LastCheckpoint = path;

        if (Options.Logger is { } logger)
        {
            TrainingLog.CheckpointSaved(logger, Step, path);
        }
    }

    /// <summary>Says something that a person should know: it goes to the history and to the log.</summary>
    /// <param name="message">A sentence.</param>
    public void Warn(string message)
    {
        History.AddWarning(message);

        if (Options.Logger is { } logger)
        {
            TrainingLog.Warning(logger, message);
        }
    }
}
