namespace DeepLearningCourse.Data;

/// <summary>A batch could not be made; says which sample of the dataset is to blame.</summary>
/// <remarks>
/// <see cref="Exception.InnerException"/> is the exception that the dataset threw, with its own stack, whichever thread it
/// came from. It is null when the samples themselves do not fit together.
/// </remarks>
public sealed class DataLoaderException : Exception
{
    /// <summary>Creates the exception for one sample.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="sampleIndex">The sample's index in the dataset.</param>
    /// <param name="innerException">What the dataset threw, if it threw.</param>
    public DataLoaderException(string message, long sampleIndex, Exception? innerException = null)
        : base(message, innerException) => SampleIndex = sampleIndex;

    /// <summary>The index, in the dataset, of the sample to blame.</summary>
    public long SampleIndex { get; }
}
