namespace DeepLearningCourse.Data;

/// <summary>Streams made of others.</summary>
public static class StreamExtensions
{
    /// <summary>Transforms each sample, in all of the loader's workers at once even where the stream itself has a single shard.</summary>
    /// <typeparam name="TSource">What a sample of the stream is.</typeparam>
    /// <typeparam name="TSample">What it becomes.</typeparam>
    /// <param name="stream">The samples.</param>
    /// <param name="map">The transform.</param>
    /// <returns>The transformed samples.</returns>
    public static IterableDataset<TSample> Map<TSource, TSample>(this IterableDataset<TSource> stream, Func<TSource, TSample> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return stream.Map((sample, _) => map(sample));
    }

    /// <summary>Transforms each sample with random numbers of its own: an augmentation.</summary>
    /// <typeparam name="TSource">What a sample of the stream is.</typeparam>
    /// <typeparam name="TSample">What it becomes.</typeparam>
    /// <param name="stream">The samples.</param>
    /// <param name="map">The transform, given <see cref="SampleRandom.Current"/>: the same numbers for any number of workers, others in the next epoch.</param>
    /// <returns>The transformed samples.</returns>
    public static IterableDataset<TSample> Map<TSource, TSample>(this IterableDataset<TSource> stream, Func<TSource, SampleRandom, TSample> map)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(map);
        return new DerivedStream<TSource, TSample>(stream, (source, shard) => source.ReadDeferred(shard).Select(sample => (Func<TSample>)(() => map(sample(), SampleRandom.Current))));
    }

    /// <summary>Mixes a stream as far as a buffer reaches: each sample changes places with a random one of the buffer.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="stream">The samples.</param>
    /// <param name="bufferSize">How many samples each shard holds in memory, at least 1; the more, the better mixed.</param>
    /// <returns>Each sample once, in an order that the loader's seed and the epoch decide.</returns>
    /// <remarks>
    /// The buffer holds samples from one batch to the next: arrays and numbers, or tensors that the stream has detached from the DisposeScope.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">bufferSize is below 1.</exception>
    public static IterableDataset<TSample> Shuffle<TSample>(this IterableDataset<TSample> stream, int bufferSize)
    {
        ArgumentNullException.ThrowIfNull(stream);

        if (bufferSize < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(bufferSize), $"bufferSize is {bufferSize}: a buffer holds at least 1 sample.");
        }

        return new DerivedStream<TSample, TSample>(stream, (source, shard) => Mixed(source.ReadDeferred(shard), bufferSize, new SampleRandom(shard.Random.NextInt64(), shard.Epoch, shard.Index)));
    }

    /// <summary>Ends each shard early.</summary>
    /// <typeparam name="TSample">What one sample is.</typeparam>
    /// <param name="stream">The samples.</param>
    /// <param name="perShard">How many samples of each shard are taken, at least 0.</param>
    /// <returns>The first samples of each shard.</returns>
    /// <exception cref="ArgumentOutOfRangeException">perShard is negative.</exception>
    public static IterableDataset<TSample> Take<TSample>(this IterableDataset<TSample> stream, int perShard)
    {
        ArgumentNullException.ThrowIfNull(stream);

        if (perShard < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(perShard), $"perShard is {perShard}: it cannot be negative.");
        }

        return new DerivedStream<TSample, TSample>(stream, (source, shard) => source.ReadDeferred(shard).Take(perShard));
    }

    private static IEnumerable<Func<TSample>> Mixed<TSample>(IEnumerable<Func<TSample>> samples, int bufferSize, SampleRandom random)
    {
        var buffer = new List<Func<TSample>>();

        foreach (var sample in samples)
        {
            if (buffer.Count < bufferSize)
            {
                buffer.Add(sample);
                continue;
            }

            var place = random.Next(bufferSize);
            yield return buffer[place];
            buffer[place] = sample;
        }

        while (buffer.Count > 0)
        {
            var place = random.Next(buffer.Count);
            yield return buffer[place];
            (buffer[place], buffer[^1]) = (buffer[^1], buffer[place]);
            buffer.RemoveAt(buffer.Count - 1);
        }
    }
}
