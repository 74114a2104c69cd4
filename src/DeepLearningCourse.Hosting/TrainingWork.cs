using DeepLearningCourse.Training;

namespace DeepLearningCourse.Hosting;

/// <summary>What a job's factory makes: a trainer and its data.</summary>
public abstract class TrainingWork
{
    private protected TrainingWork()
    {
    }

    /// <summary>Puts a trainer and its data together.</summary>
    /// <typeparam name="TBatch">A batch.</typeparam>
    /// <param name="trainer">The trainer, made with <see cref="TrainingContext.Options"/>.</param>
    /// <param name="train">The batches; gone through once an epoch.</param>
    /// <param name="validation">Batches to evaluate on.</param>
    /// <param name="completed">Is called when the run has trained to its end, before anything is disposed: the moment to save the network's weights. A process that is
    /// killed just then calls it again after its restart. An exception of its makes the run a failed one.</param>
    /// <returns>What the service needs to train.</returns>
    public static TrainingWork Create<TBatch>(
        Trainer<TBatch> trainer, IEnumerable<TBatch> train, IEnumerable<TBatch>? validation = null, Action<TrainingHistory>? completed = null)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(train);
        return new Of<TBatch>(trainer, train, validation, completed);
    }

    internal abstract Task<TrainingHistory> FitAsync(IProgress<TrainingProgress> progress, CancellationToken cancellationToken);

    internal abstract void Complete(TrainingHistory history);

    private sealed class Of<TBatch>(
        Trainer<TBatch> trainer, IEnumerable<TBatch> train, IEnumerable<TBatch>? validation, Action<TrainingHistory>? completed) : TrainingWork
    {
        internal override Task<TrainingHistory> FitAsync(IProgress<TrainingProgress> progress, CancellationToken cancellationToken) =>
            trainer.FitAsync(train, validation, progress, ResumeFrom.Auto, cancellationToken);

        internal override void Complete(TrainingHistory history) => completed?.Invoke(history);
    }
}
