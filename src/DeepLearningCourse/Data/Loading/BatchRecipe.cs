namespace DeepLearningCourse.Data.Loading;

/// <summary>How a loader makes its batches of samples, whatever the epoch.</summary>
internal sealed class BatchRecipe<TSample, TBatch>(
    Func<IReadOnlyList<TSample>, TBatch>? collate, BatchMemory memory, BatchFinish finish)
{
    public BatchMemory Memory => memory;

    /// <summary>The last step, for one thread.</summary>
    public BatchFinish NewFinish() => finish.ForThread();

    /// <summary>Whether a dataset that can make whole batches may do so: samples and batches are of one form, and nothing else is asked.</summary>
    public bool MayGather { get; } = collate is null && typeof(TSample) == typeof(TBatch);

    /// <summary>A column for one thread.</summary>
    /// <exception cref="ArgumentException">The samples cannot be put together to the batch's type.</exception>
    public Column<TSample, TBatch> NewColumn() =>
        collate is null ? new Columns(memory).For<TSample, TBatch>() : new CollateColumn<TSample, TBatch>(collate);
}
