using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>Runs some steps of a trainer's own loop, with a watcher in place of its callbacks.</summary>
/// <remarks>Schedules and averages take no part, as what they go through is not put back.</remarks>
internal sealed class Trial<TBatch>(
    nn.Module model, IReadOnlyList<(string Name, optim.Optimizer Optimizer)> phases, BatchWork<TBatch> work, IReadOnlyList<PrecisionPolicy> precisions,
    TrainerOptions options, StopRequest stop, CancellationToken cancellationToken)
{
    public BatchWork<TBatch> Work => work;

    public optim.Optimizer Optimizer => phases[0].Optimizer;

    public bool ChecksFirstBatch => options.CheckFirstBatch;

    /// <summary>Trains until the watcher stops the run.</summary>
    /// <param name="train">The batches; a loader is put back to where it was.</param>
    /// <param name="watcher">Watches, and stops the run.</param>
    /// <param name="checkFirstBatch">Whether the first batch is checked for silent mistakes.</param>
    /// <exception cref="OperationCanceledException">Somebody else asked to stop.</exception>
    public void Run(IEnumerable<TBatch> train, ITrainingCallback watcher, bool checkFirstBatch)
    {
        var goBack = (train as DataLoader<TBatch>)?.Remember();

        // A stop of the watcher's is not one of the caller's, who may ask in a later trial.
        using StopRequest own = new(stop.Token);

        try
        {
            IReadOnlyList<(string, optim.Optimizer, Schedule?)> withoutSchedules = [.. phases.Select(phase => (phase.Name, phase.Optimizer, (Schedule?)null))];
            _ = new FitSession<TBatch>(model, withoutSchedules, work, precisions, Bare(watcher, checkFirstBatch), own, isTrial: true).Run(train, null, null, null);
        }
        finally
        {
            goBack?.Invoke();
        }

        ThrowIfStopped();
    }

    /// <summary>Sets all learning rates to 0, so that no loss diverges: it is the work that matters.</summary>
    public void StandStill()
    {
        foreach (var group in phases.SelectMany(phase => phase.Optimizer.ParamGroups))
        {
            group.LearningRate = 0;
        }
    }

    private void ThrowIfStopped()
    {
        cancellationToken.ThrowIfCancellationRequested();

        if (stop.Reason is { } reason)
        {
            throw new OperationCanceledException($"The trial was asked to stop ({reason}). Network, optimizer and data are as they were before it.");
        }
    }

    private TrainerOptions Bare(ITrainingCallback watcher, bool checkFirstBatch) => options with
    {
        Epochs = int.MaxValue,
        MaxSteps = null,
        MaxTime = null,
        FastDevRun = false,
        ValidateEverySteps = null,
        Metrics = [],
        Callbacks = [watcher],
        Logger = null,
        ShowProgress = false,
        CheckFirstBatch = checkFirstBatch,
        Schedule = null,
        Average = null,
    };
}
