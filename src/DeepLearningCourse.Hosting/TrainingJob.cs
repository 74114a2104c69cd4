using System.Collections.ObjectModel;

namespace DeepLearningCourse.Hosting;

/// <summary>An order to train: which of the registered jobs, and with what. It is plain data, so that the queue can be kept in a file.</summary>
/// <param name="Name">The name under which <see cref="TrainerBuilder.AddJob"/> registered the job.</param>
public sealed record TrainingJob(string Name)
{
    /// <summary>How many times the data is gone through; null for <see cref="TrainerServiceOptions.Epochs"/>.</summary>
    public int? Epochs { get; init; }

    /// <summary>The learning rate; null for <see cref="TrainerServiceOptions.LearningRate"/>.</summary>
    public double? LearningRate { get; init; }

    /// <summary>The seed; null for <see cref="TrainerServiceOptions.Seed"/>.</summary>
    public long? Seed { get; init; }

    /// <summary>What else the job's factory wants to know, by names of its own: a file of data, the size of a layer. At most 65,536 characters in all, names included.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
