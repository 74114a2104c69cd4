namespace DeepLearningCourse.Data;

/// <summary>A batch could not be made; says which sample of the dataset is to blame.</summary>
/// <remarks>
/// <see cref="Exception.InnerException"/> is the exception that the dataset threw, with its own stack, whichever thread it
/// came from; a <see cref="TimeoutException"/> if reading took too long. It is null when the samples themselves do not fit together.
/// </remarks>
public sealed class DataLoaderException : Exception
{
    /// <summary>Creates the exception for one sample.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="sampleIndex">The sample's index in the dataset; -1 if it is not about a sample.</param>
    /// <param name="innerException">What the dataset threw, if it threw.</param>
    public DataLoaderException(string message, long sampleIndex, Exception? innerException = null)
        : base(message, innerException) => SampleIndex = sampleIndex;

    /// <summary>
    /// The index, in the dataset, of the sample to blame; in a stream, its number in its shard, from 0. It is -1 if none is.
    /// </summary>
    public long SampleIndex { get; }

    /// <summary>Whether the sample is unusable by itself, and not only beside the others of its batch.</summary>
    internal bool BlamesSampleAlone { get; init; }
}
