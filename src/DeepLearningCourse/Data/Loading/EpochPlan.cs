namespace DeepLearningCourse.Data.Loading;

/// <summary>Which samples each batch of one epoch takes.</summary>
/// <remarks>Fixed before the first batch is made, so that it does not matter which thread makes a batch, or when.</remarks>
internal sealed class EpochPlan
{
    private readonly long[]? order;
    private readonly IReadOnlyList<long[]>? batches;
    private readonly Func<OrderReader>? newReader;
    private readonly OrderReader? reader;
    private readonly long sampleCount;
    private readonly int batchSize;

    /// <summary>Samples in an order, some to a batch.</summary>
    public EpochPlan(long sampleCount, int batchSize, int batchCount, long[] order)
    {
        (this.sampleCount, this.batchSize, this.order) = (sampleCount, batchSize, order);
        BatchCount = batchCount;
    }

    /// <summary>Samples in an order that is drawn batch by batch.</summary>
    public EpochPlan(long sampleCount, int batchSize, int batchCount, Func<OrderReader> newReader)
    {
        (this.sampleCount, this.batchSize, this.newReader, reader) = (sampleCount, batchSize, newReader, newReader());
        BatchCount = batchCount;
    }

    /// <summary>Batches that were put together already.</summary>
    public EpochPlan(IReadOnlyList<long[]> batches)
    {
        this.batches = batches;
        BatchCount = batches.Count;
    }

    public int BatchCount { get; }

    /// <summary>The same plan for a thread of its own: what draws an order may remember where it is.</summary>
    public EpochPlan ForThread() => newReader is null ? this : new(sampleCount, batchSize, BatchCount, newReader);

    /// <summary>The samples of a batch; <paramref name="scratch"/> is where they are written if they stand nowhere yet.</summary>
    public ReadOnlySpan<long> Indices(int batch, ref long[] scratch)
    {
        if (batches is not null)
        {
            return batches[batch];
        }

        var first = (long)batch * batchSize;
        var count = (int)Math.Min(batchSize, sampleCount - first);

        if (order is not null)
        {
            return order.AsSpan(checked((int)first), count);
        }

        if (scratch.Length < count)
        {
            scratch = new long[count];
        }

        reader!(first, scratch.AsSpan(0, count));
        return scratch.AsSpan(0, count);
    }
}
