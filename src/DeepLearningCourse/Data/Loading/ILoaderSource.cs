namespace DeepLearningCourse.Data.Loading;

/// <summary>The data behind a loader, whatever its samples are: an index or a stream.</summary>
internal interface ILoaderSource<TBatch>
{
    /// <summary>Batches per epoch; null for a stream.</summary>
    int? BatchCount { get; }

    /// <summary>Samples per epoch; null if it is not known.</summary>
    long? SampleCount { get; }

    BatchMemory Memory { get; }

    BadSampleLog BadSamples { get; }

    /// <summary>Begins an epoch.</summary>
    EpochSource<TBatch> Start(DataLoaderState start, StopSignal stop);
}
