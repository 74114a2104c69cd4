using System.Globalization;

namespace DeepLearningCourse.Data;

/// <summary>
/// The part of the samples that one of several processes takes:
/// <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.distributed.DistributedSampler">torch.utils.data.distributed.DistributedSampler</see>.
/// </summary>
/// <remarks>
/// Give the loaders of all processes one seed: the processes then divide one and the same random order. There is no
/// <c>set_epoch</c> to forget, as the loader knows its epoch.
/// </remarks>
public sealed class DistributedSampler : Sampler
{
    private readonly long count;
    private readonly int size;
    private readonly int rank;
    private readonly bool shuffle;

    /// <summary>Takes every <paramref name="size"/>-th sample of the order, from number <paramref name="rank"/> on.</summary>
    /// <param name="count">How many samples the dataset has, at least 1.</param>
    /// <param name="size">How many processes there are, at least 1.</param>
    /// <param name="rank">Which of them this is, from 0.</param>
    /// <param name="shuffle">Divide a new random order every epoch; otherwise the dataset's.</param>
    /// <param name="dropLast">
    /// All processes must take as many samples. Leave out the last few of the order for that; otherwise its first ones are taken again.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">count or size is below 1, or rank is not between 0 and size - 1.</exception>
    public DistributedSampler(long count, int size, int rank, bool shuffle = true, bool dropLast = false)
    {
        if (count < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"count is {count}: there must be at least 1 sample to divide.");
        }

        if (size < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(size), $"size is {size}: there is at least 1 process.");
        }

        if (rank < 0 || rank >= size)
        {
            throw new ArgumentOutOfRangeException(nameof(rank), $"rank is {rank}: the {size} processes are numbered from 0 to {size - 1}.");
        }

        (this.count, this.size, this.rank, this.shuffle) = (count, size, rank, shuffle);
        Count = dropLast && count % size != 0 ? count / size : (count + size - 1) / size;
    }

    /// <inheritdoc/>
    public override long Count { get; }

    /// <summary>What the samplers of all processes have in common, as one of them writes the checkpoint of all.</summary>
    internal string Description =>
        string.Create(CultureInfo.InvariantCulture, $"DistributedSampler ({(shuffle ? "shuffled" : "the dataset's order")}, {size} processes)");

    /// <inheritdoc/>
    public override long[] Order(long seed, long epoch)
    {
        if (!shuffle)
        {
            return Whole(Drawn(seed, epoch)!);
        }

        var order = Whole(new DrawnOrder(count - 1, Place));
        var whole = SplitMix64.Permutation(count, seed, epoch);

        for (var i = 0; i < order.Length; i++)
        {
            order[i] = whole[order[i]];
        }

        return order;
    }

    internal override DrawnOrder? Drawn(long seed, long epoch) => shuffle ? null : new(count - 1, Place);

    /// <summary>Where in the whole order the samples of this process stand.</summary>
    private void Place(long first, Span<long> places)
    {
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = (rank + ((first + i) * size)) % count;
        }
    }
}
