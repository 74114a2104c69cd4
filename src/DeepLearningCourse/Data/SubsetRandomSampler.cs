namespace DeepLearningCourse.Data;

/// <summary>Some samples in a random order: <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.SubsetRandomSampler">torch.utils.data.SubsetRandomSampler</see>.</summary>
public sealed class SubsetRandomSampler : Sampler
{
    private readonly long[] indices;

    /// <summary>Takes the samples given, each once per epoch.</summary>
    /// <param name="indices">Their indices in the dataset.</param>
    public SubsetRandomSampler(IReadOnlyList<long> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        this.indices = [.. indices];
    }

    /// <inheritdoc/>
    public override long Count => indices.Length;

    /// <inheritdoc/>
    public override long[] Order(long seed, long epoch)
    {
        long[] order = [.. indices];
        SplitMix64.Keyed(seed, epoch).Shuffle(order);
        return order;
    }
}
