using System.Diagnostics.CodeAnalysis;

namespace DeepLearningCourse.Hosting;

/// <summary>Tells how the runs of the service stand, and stops them. It may be used from any thread.</summary>
public interface ITrainingRuns
{
    /// <summary>All runs that are remembered, in the order of the queue.</summary>
    IReadOnlyList<TrainingRunStatus> All { get; }

    /// <summary>A run by its id.</summary>
    /// <param name="id">The run.</param>
    /// <returns>How it stands; null if there is none of this id.</returns>
    TrainingRunStatus? Find(string id);

    /// <summary>Stops a run for good: one that waits at once, one that trains at its next step, with a checkpoint.</summary>
    /// <param name="id">The run.</param>
    /// <returns>Whether there is such a run that was not over.</returns>
    [SuppressMessage("Naming", "CA1716", Justification = "The word that the Trainer has for it.")]
    bool Stop(string id);

    /// <summary>Waits until a run has ended and all that its job made is disposed.</summary>
    /// <param name="id">The run.</param>
    /// <param name="cancellationToken">Gives up waiting; the run goes on.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    /// <exception cref="OperationCanceledException">The token asked to, or the host was disposed before the run ended.</exception>
    Task<TrainingRunStatus> WaitAsync(string id, CancellationToken cancellationToken = default);
}
