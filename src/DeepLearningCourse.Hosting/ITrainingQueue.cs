using System.Diagnostics.CodeAnalysis;

namespace DeepLearningCourse.Hosting;

/// <summary>Takes orders to train. They are trained in their order, <see cref="TrainerServiceOptions.RunsAtOnce"/> at once, and kept in a file, so that a
/// restart of the process loses none.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It is a queue, if not a collection.")]
public interface ITrainingQueue
{
    /// <summary>Puts a run at the end of the queue. Also before the host has started, and while it stops: the run is trained then.</summary>
    /// <param name="job">What is to be trained.</param>
    /// <returns>The run, queued; its <see cref="TrainingRunStatus.Id"/> leads to it from then on.</returns>
    /// <exception cref="ArgumentException">There is no job of this name, or it has a value it cannot have.</exception>
    /// <exception cref="IOException">The queue's file cannot be written. The run is not in the queue then.</exception>
    TrainingRunStatus Enqueue(TrainingJob job);

    /// <summary>Puts a run that failed or was stopped at the end of the queue once more. It goes on from its last checkpoint, if it has one.</summary>
    /// <param name="id">The run.</param>
    /// <returns>Whether there is such a run that failed or was stopped.</returns>
    /// <exception cref="IOException">The queue's file cannot be written. The run is not in the queue then.</exception>
    bool Requeue(string id);
}
