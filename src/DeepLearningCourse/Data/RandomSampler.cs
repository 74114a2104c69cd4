namespace DeepLearningCourse.Data;

/// <summary>Samples in a random order: <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.RandomSampler">torch.utils.data.RandomSampler</see>.</summary>
/// <remarks>With neither option it is the loader's <c>shuffle: true</c>, in the same order for the same seed.</remarks>
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
    public override long[] Order(long seed, long epoch)
    {
        if (Count == count && !replacement)
        {
            return SplitMix64.Permutation(count, seed, epoch);
        }

        var random = SplitMix64.Keyed(seed, epoch);
        var order = new long[Count];

        if (replacement)
        {
            for (var i = 0L; i < order.LongLength; i++)
            {
                order[i] = random.Below(count);
            }

            return order;
        }

        var all = new SequentialSampler(count).Order(seed, epoch);

        for (var first = 0L; first < order.LongLength; first += count)
        {
            random.Shuffle(all);
            Array.Copy(all, 0, order, first, Math.Min(count, order.LongLength - first));
        }

        return order;
    }
}
