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
    public override long[] Order(long seed, long epoch) => Whole(Drawn(seed, epoch));

    internal override DrawnOrder Drawn(long seed, long epoch) => new(Count - 1, static (first, indices) =>
    {
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = first + i;
        }
    });
}
