namespace DeepLearningCourse.Data;

/// <summary>Which samples each batch of one epoch takes.</summary>
/// <remarks>Fixed before the first batch is made, so that it does not matter which thread makes a batch, or when.</remarks>
internal sealed class EpochPlan(long sampleCount, int batchSize, int batchCount, long[]? order)
{
    public int BatchCount => batchCount;

    public long[] Indices(int batch)
    {
        var first = (long)batch * batchSize;
        var indices = new long[Math.Min(batchSize, sampleCount - first)];

        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = order is null ? first + i : order[first + i];
        }

        return indices;
    }
}
