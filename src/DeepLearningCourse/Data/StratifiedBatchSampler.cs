using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Batches in which each class has its part of the whole, as nearly as whole numbers allow.</summary>
/// <remarks>
/// For small batches of data with a rare class, where some batches of a random order would have none of it. Every sample comes once per
/// epoch, in a new random order. The samples of each class are spread evenly over the epoch: the i-th of n stands at (i + u) / n of the way,
/// with one random u per class.
/// </remarks>
public sealed class StratifiedBatchSampler : BatchSampler
{
    private readonly long[][] classes;
    private readonly int count;
    private readonly int batchSize;
    private readonly bool dropLast;

    /// <summary>Makes batches of samples of known classes.</summary>
    /// <param name="labels">The class of each sample, <c>[samples]</c>, any real dtype.</param>
    /// <param name="batchSize">Samples per batch, at least 1; the last batch may have fewer.</param>
    /// <param name="dropLast">Leave out a last batch that is smaller than the others.</param>
    /// <exception cref="ArgumentException">labels is not [samples] with at least one sample.</exception>
    /// <exception cref="ArgumentOutOfRangeException">batchSize is below 1.</exception>
    public StratifiedBatchSampler(Tensor labels, int batchSize, bool dropLast = false)
    {
        this.batchSize = SamplerChecks.RequireBatchSize(batchSize);
        this.dropLast = dropLast;
        classes = [.. LabelRows.ByClass(labels).Values.Select(rows => rows.ToArray())];
        count = classes.Sum(rows => rows.Length);

        if (count == 0)
        {
            throw new ArgumentException("labels has no rows: there must be at least 1 sample to make batches of.", nameof(labels));
        }
    }

    /// <inheritdoc/>
    public override int Count => SamplerChecks.BatchesOf(count, batchSize, dropLast);

    /// <inheritdoc/>
    public override IReadOnlyList<long[]> Batches(long seed, long epoch)
    {
        var random = SplitMix64.Keyed(seed, epoch);
        var places = new double[count];
        var samples = new long[count];
        var next = 0;

        foreach (var rows in classes)
        {
            var shuffled = rows.AsSpan().ToArray();
            random.Shuffle(shuffled);
            var offset = random.NextDouble();

            for (var i = 0; i < shuffled.Length; i++, next++)
            {
                (places[next], samples[next]) = ((i + offset) / shuffled.Length, shuffled[i]);
            }
        }

        Array.Sort(places, samples);
        return Cut(samples, ref random);
    }

    private List<long[]> Cut(long[] samples, ref SplitMix64 random)
    {
        var batches = new List<long[]>(Count);

        for (var b = 0; b < Count; b++)
        {
            var batch = samples.AsSpan(b * batchSize, Math.Min(batchSize, count - (b * batchSize))).ToArray();
            random.Shuffle(batch);
            batches.Add(batch);
        }

        return batches;
    }
}
