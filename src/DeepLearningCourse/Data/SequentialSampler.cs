namespace DeepLearningCourse.Data;

/// <summary>All samples in the dataset's order: <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.SequentialSampler">torch.utils.data.SequentialSampler</see>.</summary>
public sealed class SequentialSampler : Sampler
{
    /// <summary>Takes the samples from 0 to <paramref name="count"/> - 1.</summary>
    /// <param name="count">How many samples the dataset has.</param>
    /// <exception cref="ArgumentOutOfRangeException">count is negative.</exception>
    public SequentialSampler(long count) => Count = SamplerChecks.RequireCount(count, nameof(count));

    /// <inheritdoc/>
    public override long Count { get; }

    /// <inheritdoc/>
    public override long[] Order(long seed, long epoch)
    {
        var order = new long[Count];

        for (long i = 0; i < order.LongLength; i++)
        {
            order[i] = i;
        }

        return order;
    }
}
