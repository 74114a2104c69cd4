namespace DeepLearningCourse.Data.Loading;

/// <summary>Makes the batches of one epoch for one thread.</summary>
internal abstract class BatchMaker<TBatch>
{
    /// <summary>Which sample is being read, in words.</summary>
    public abstract string Where { get; }

    /// <summary>The index of that sample.</summary>
    public abstract long SampleIndex { get; }

    /// <summary>Makes the batch of a turn. It belongs to no DisposeScope, and nothing else that was made on the way is left alive.</summary>
    /// <exception cref="OperationCanceledException">The loop that wanted the batch ended; noticed between two samples.</exception>
    /// <exception cref="DataLoaderException">A sample could not be read, or does not fit its batch.</exception>
    public abstract MadeBatch<TBatch> Make(int turn);
}
