using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Data;

/// <summary>What a <see cref="DataLoader{TBatch}"/> reads, whatever its samples are.</summary>
public abstract class DataSource
{
    // Internal, so that there are these two kinds and no other: Dataset and IterableDataset.
    internal abstract bool IsStream { get; }

    internal abstract ILoaderSource<TBatch> Load<TBatch>(Delegate? collate, LoaderOptions options);
}
