namespace DeepLearningCourse.Data;

/// <summary>Samples in a random order: <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.RandomSampler">torch.utils.data.RandomSampler</see>.</summary>
/// <remarks>With neither option it is the loader's <c>shuffle: true</c>, in the same order for the same seed. With replacement a loader draws the samples of a batch
/// when it makes the batch, so that an epoch may have any number of them.</remarks>
public sealed class RandomSampler : Sampler
{
    private readonly long count;
    private readonly bool replacement;

    /// <summary>Takes samples at random.</summary>
    /// <param name="count">How many samples the dataset has, at least 1.</param>
    /// <param name="replacement">Draw each anew from all of them, so that some come twice and others not at all.</param>
    /// <param name="numSamples">
    /// How many an epoch takes; null for as many as there are. Without replacement, more than there are begin a new permutation.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">count or numSamples is below 1.</exception>
    public RandomSampler(long count, bool replacement = false, long? numSamples = null)
    {
        if (count < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"count is {count}: there must be at least 1 sample to take at random.");
        }

        if (numSamples < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(numSamples), $"numSamples is {numSamples}: an epoch takes at least 1 sample.");
        }

        (this.count, this.replacement, Count) = (count, replacement, numSamples ?? count);
    }

    /// <inheritdoc/>
    public override long Count { get; }

    /// <inheritdoc/>
    public override long[] Order(long seed, long epoch) =>
        Drawn(seed, epoch) is { } drawn ? Whole(drawn) : SplitMix64.Permutation(count, seed, epoch)[..(int)Count];

    internal override DrawnOrder? Drawn(long seed, long epoch) => replacement
        ? new DrawnOrder(count - 1, (first, indices) => Draw(SplitMix64.Keyed(seed, epoch), first, indices))
        : Count > count ? new DrawnOrder(count - 1, new RepeatedPermutations(count, seed, epoch).Read) : null;

    /// <summary>Draws each index from the number that belongs to it. Of 2^64 numbers fewer than <c>count</c> are drawn again; then it is the one after.</summary>
    private void Draw(SplitMix64 random, long first, Span<long> indices)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = random.After(first + i).Below(count);
        }
    }
}
