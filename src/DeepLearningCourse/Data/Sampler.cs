namespace DeepLearningCourse.Data;

/// <summary>Decides which samples an epoch takes, and in which order.</summary>
/// <remarks>
/// <para>Follows <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.Sampler">torch.utils.data.Sampler</see>, but draws
/// from the loader's seed and the number of the epoch instead of a state of its own. So the order is known before the first batch, is the
/// same for any number of workers, and a run can be resumed at any batch.</para>
/// <para>A sampler may be used by several loops at once: <see cref="Order"/> must not change it.</para>
/// </remarks>
/// <example>
/// <code>
/// sealed class EverySecond(long count) : Sampler
/// {
///     public override long Count =&gt; (count + 1) / 2;
///
///     public override long[] Order(long seed, long epoch) =&gt; [.. Enumerable.Range(0, (int)Count).Select(i =&gt; 2L * i)];
/// }
/// </code>
/// </example>
public abstract class Sampler
{
    /// <summary>How many samples an epoch takes.</summary>
    public abstract long Count { get; }

    /// <summary>The samples of one epoch, in their order.</summary>
    /// <param name="seed">The loader's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <returns><see cref="Count"/> indices of the dataset; a new array, or one that nobody changes. The same for the same arguments.</returns>
    public abstract long[] Order(long seed, long epoch);

    /// <summary>The same order, drawn where it is needed; null for one that has to be there as a whole.</summary>
    internal virtual DrawnOrder? Drawn(long seed, long epoch) => null;

    /// <summary>An order that is drawn, as a whole.</summary>
    private protected long[] Whole(DrawnOrder order)
    {
        var indices = SamplerChecks.NewOrder(Count, GetType().Name);
        order.Read(0, indices);
        return indices;
    }
}
