using DeepLearningCourse.Models;

namespace DeepLearningCourse.Training;

/// <summary>Training cannot go on: says what is wrong, in which epoch and batch, and what to do. The network keeps the
/// weights it had before that batch.</summary>
public sealed class TrainingException : InvalidOperationException
{
    internal TrainingException(string message, int epoch, int batch, TrainingHistory history, Exception? cause = null)
        : base(message, cause)
    {
        Epoch = epoch;
        Batch = batch;
        History = history;
    }

    /// <summary>The epoch, from 1; 0 outside of an epoch.</summary>
    public int Epoch { get; }

    /// <summary>The batch in its epoch, from 1; 0 outside of a batch.</summary>
    public int Batch { get; }

    /// <summary>The epochs that were completed.</summary>
    public TrainingHistory History { get; }

    /// <summary>The message and the C# lines that led to it, without libtorch's C++ frames; those are in
    /// <see cref="Exception.InnerException"/>.</summary>
    public override string ToString() => NativeErrorText.Describe(this);
}
