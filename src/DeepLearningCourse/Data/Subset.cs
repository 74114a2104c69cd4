using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Data;

/// <summary>Some samples of a dataset: its training part, or its test part.</summary>
/// <typeparam name="TSample">What one sample is.</typeparam>
/// <remarks>
/// Follows <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.Subset">torch.utils.data.Subset</see>. It reads
/// from the dataset it was made of, which must live as long, and has nothing of its own to dispose.
/// </remarks>
public sealed class Subset<TSample> : Dataset<TSample>
{
    private readonly Dataset<TSample> dataset;
    private readonly long[] indices;

    /// <summary>Chooses samples of a dataset.</summary>
    /// <param name="dataset">The whole dataset.</param>
    /// <param name="indices">Which samples, in the order they will have here; see <see cref="Splits"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dataset has no such sample.</exception>
    public Subset(Dataset<TSample> dataset, IReadOnlyList<long> indices)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(indices);
        this.dataset = dataset;
        this.indices = [.. indices];
        var count = dataset.Count;

        foreach (var index in this.indices)
        {
            if (index < 0 || index >= count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices), $"There is no sample {index}: the dataset has {count}, numbered from 0 to {count - 1}.");
            }
        }
    }

    /// <inheritdoc/>
    public override long Count => indices.Length;

    /// <inheritdoc/>
    public override TSample this[long index] => dataset[indices[index]];

    internal override int Gather(BatchRequest request, out TSample batch)
    {
        var chosen = new long[request.Indices.Length];

        for (var i = 0; i < chosen.Length; i++)
        {
            chosen[i] = indices[request.Indices[i]];
        }

        return dataset.Gather(request.Inside(chosen), out batch);
    }
}
