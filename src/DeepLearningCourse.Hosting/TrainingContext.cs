using DeepLearningCourse.Training;

namespace DeepLearningCourse.Hosting;

/// <summary>What a job's factory is given to make a run's network, optimizer, loaders and trainer.</summary>
public sealed class TrainingContext
{
    private readonly Stack<IDisposable> owned = new();

    internal TrainingContext(TrainingRunStatus run, IServiceProvider services, TrainerOptions options, double learningRate, CancellationToken cancellationToken)
    {
        (RunId, Job, Folder) = (run.Id, run.Job, run.Folder);
        (Services, Options, LearningRate, CancellationToken) = (services, options, learningRate, cancellationToken);
    }

    /// <summary>The run.</summary>
    public string RunId { get; }

    /// <summary>What was asked for.</summary>
    public TrainingJob Job { get; }

    /// <summary>The folder of the run's checkpoints; there is room for files of the job's own.</summary>
    public string Folder { get; }

    /// <summary>The services of a scope that belongs to this run; it is disposed after it.</summary>
    public IServiceProvider Services { get; }

    /// <summary>The options for the run's trainer: epochs, seed, log, and the <see cref="Training.Callbacks.Checkpoint"/> it is resumed from. Change them with
    /// <c>with</c>, and add callbacks as <c>Callbacks = [.. context.Options.Callbacks, mine]</c>, so that the checkpoint stays.</summary>
    public TrainerOptions Options { get; }

    /// <summary>The learning rate, of the job or of the settings.</summary>
    public double LearningRate { get; }

    /// <summary>Asks the factory to give up, with an <see cref="OperationCanceledException"/>, because the run or the host is to stop.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Hands something that the factory made over to the run, which disposes it when it has ended, completed or not, the last one first; also if the factory fails
    /// afterwards. Networks, optimizers, criteria, tensors, data sets and loaders belong here.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="disposable">What is to be disposed.</param>
    /// <returns>The same.</returns>
    public T Own<T>(T disposable)
        where T : IDisposable
    {
        ArgumentNullException.ThrowIfNull(disposable);
        owned.Push(disposable);
        return disposable;
    }

    /// <summary>What was handed over, the last one first; none of it a second time.</summary>
    internal IEnumerable<IDisposable> TakeOwned()
    {
        while (owned.TryPop(out var disposable))
        {
            yield return disposable;
        }
    }
}
