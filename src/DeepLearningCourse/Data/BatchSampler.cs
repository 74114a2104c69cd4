namespace DeepLearningCourse.Data;

/// <summary>Decides which samples go together into a batch, for batches that are more than the next few of an order.</summary>
/// <remarks>
/// Follows the <c>batch_sampler</c> of <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.BatchSampler">torch.utils.data</see>;
/// as with <see cref="Sampler"/>, all is decided by the loader's seed and the number of the epoch.
/// </remarks>
public abstract class BatchSampler
{
    /// <summary>How many batches an epoch has.</summary>
    public abstract int Count { get; }

    /// <summary>The batches of one epoch, in their order.</summary>
    /// <param name="seed">The loader's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <returns><see cref="Count"/> batches, each of at least one index of the dataset. The same for the same arguments.</returns>
    public abstract IReadOnlyList<long[]> Batches(long seed, long epoch);
}
