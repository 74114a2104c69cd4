namespace DeepLearningCourse.Data.Loading;

/// <summary>A loader as a training run sees it, whatever its batches are.</summary>
internal interface IRunLoader
{
    /// <summary>The epoch that the next loop runs.</summary>
    long Epoch { get; }

    /// <summary>The seed that the user gave; null if it was drawn.</summary>
    long? GivenSeed { get; }

    /// <summary>What decides which samples are in which batch, as text by name.</summary>
    IReadOnlyDictionary<string, string> Description { get; }

    /// <summary>Begins the next epoch.</summary>
    DataLoaderState TakeNext();

    /// <summary>Begins a loop at a place of its own; the next epoch stays the next.</summary>
    DataLoaderState TakeAt(DataLoaderState start);

    /// <summary>Goes on where a checkpoint was.</summary>
    /// <param name="at">Where the loop that began last was.</param>
    /// <param name="next">The epoch that the next loop runs.</param>
    /// <exception cref="ArgumentOutOfRangeException">An epoch has no such batch.</exception>
    void GoOn(DataLoaderState at, long next);
}
