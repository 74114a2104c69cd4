namespace DeepLearningCourse.Data;

/// <summary>Batches of sequences of like length, so that little is padded.</summary>
/// <remarks>
/// The samples are shuffled and cut into pools of some batches; each pool is sorted by length and cut into batches, and the batches are
/// shuffled. Every sample comes once per epoch. It is the scheme of torchtext's <c>BucketIterator</c>.
/// </remarks>
/// <example>
/// <code>
/// var sampler = new BucketBatchSampler([.. names.Select(name =&gt; (long)name.Length)], batchSize: 32);
/// using var loader = new DataLoader&lt;(PaddedSequences letters, Tensor label)&gt;(data, batchSampler: sampler);
/// </code>
/// </example>
public sealed class BucketBatchSampler : BatchSampler
{
    private readonly long[] lengths;
    private readonly int batchSize;
    private readonly int poolBatches;
    private readonly bool shuffle;
    private readonly bool dropLast;

    /// <summary>Makes batches of samples of known lengths.</summary>
    /// <param name="lengths">How long each sample of the dataset is, in whatever unit; at least one sample.</param>
    /// <param name="batchSize">Samples per batch, at least 1; one batch may have fewer.</param>
    /// <param name="poolBatches">How many batches are sorted together: more waste less, fewer mix better. At least 1.</param>
    /// <param name="shuffle">Make other batches every epoch; otherwise the same, from the shortest samples to the longest.</param>
    /// <param name="dropLast">Leave out the batch that is smaller than the others.</param>
    /// <exception cref="ArgumentException">There are no lengths, or one is negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException">batchSize or poolBatches is below 1.</exception>
    public BucketBatchSampler(IReadOnlyList<long> lengths, int batchSize, int poolBatches = 100, bool shuffle = true, bool dropLast = false)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        this.lengths = [.. lengths];
        this.batchSize = SamplerChecks.RequireBatchSize(batchSize);
        (this.poolBatches, this.shuffle, this.dropLast) = (poolBatches, shuffle, dropLast);

        if (poolBatches < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(poolBatches), $"poolBatches is {poolBatches}: a pool has at least 1 batch.");
        }

        if (this.lengths.Length == 0)
        {
            throw new ArgumentException("There are no lengths: there must be at least 1 sample to make batches of.", nameof(lengths));
        }

        if (Array.FindIndex(this.lengths, length => length < 0) is var negative and >= 0)
        {
            throw new ArgumentException($"The length of sample {negative} is {this.lengths[negative]}: lengths are not negative.", nameof(lengths));
        }
    }

    /// <inheritdoc/>
    public override int Count => SamplerChecks.BatchesOf(lengths.Length, batchSize, dropLast);

    /// <inheritdoc/>
    public override IReadOnlyList<long[]> Batches(long seed, long epoch)
    {
        var random = SplitMix64.Keyed(seed, epoch);
        var order = new SequentialSampler(lengths.Length).Order(seed, epoch);
        var poolSize = shuffle ? (int)Math.Min((long)poolBatches * batchSize, order.Length) : order.Length;

        if (shuffle)
        {
            random.Shuffle(order);
        }

        var batches = new List<long[]>(Count);

        for (var first = 0L; first < order.Length; first += poolSize)
        {
            var pool = order.AsSpan((int)first, (int)Math.Min(poolSize, order.Length - first)).ToArray();

            // The order within a length is the shuffled one: a stable sort.
            batches.AddRange(pool.OrderBy(index => lengths[index]).Chunk(batchSize).Where(batch => !dropLast || batch.Length == batchSize));
        }

        return shuffle ? Mixed(batches, ref random) : batches;
    }

    private static List<long[]> Mixed(List<long[]> batches, ref SplitMix64 random)
    {
        var places = new SequentialSampler(batches.Count).Order(0, 0);
        random.Shuffle(places);
        return [.. places.Select(place => batches[(int)place])];
    }
}
