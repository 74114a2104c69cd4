namespace DeepLearningCourse.Data;

/// <summary>What a <see cref="DataLoader{TBatch}"/> reads: a <see cref="Dataset{TSample}"/> or an <see cref="IterableDataset{TSample}"/>.</summary>
/// <typeparam name="TSample">What one sample is.</typeparam>
public abstract class DataSource<TSample>
{
    // Internal, so that there are these two kinds and no other.
    internal abstract bool IsStream { get; }
}
