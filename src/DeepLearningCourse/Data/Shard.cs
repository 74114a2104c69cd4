namespace DeepLearningCourse.Data;

/// <summary>One part of a stream, in one epoch.</summary>
/// <param name="index">Which part, from 0 to <paramref name="count"/> - 1.</param>
/// <param name="count">In how many parts the stream comes.</param>
/// <param name="seed">The loader's seed.</param>
/// <param name="epoch">The epoch, from 0.</param>
public sealed class Shard(int index, int count, long seed, long epoch)
{
    private SampleRandom? random;

    /// <summary>Which part, from 0 to <see cref="Count"/> - 1.</summary>
    public int Index => index;

    /// <summary>In how many parts the stream comes.</summary>
    public int Count => count;

    /// <summary>The epoch, from 0.</summary>
    public long Epoch => epoch;

    /// <summary>Random numbers that are the same whenever this shard is read in this epoch with this seed.</summary>
    // Samples are numbered from 0 up; the numbers of shards come from the other side.
    public SampleRandom Random => random ??= new SampleRandom(seed, epoch, -1 - index);
}
