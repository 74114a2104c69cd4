using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Data;

/// <summary>Samples that are turned into tensors one at a time, by index.</summary>
/// <typeparam name="TSample">
/// What one sample is: a <see cref="TorchSharp.torch.Tensor"/> or a tuple of tensors such as
/// <c>(Tensor features, Tensor target)</c>.
/// </typeparam>
/// <remarks>
/// <para>Follows <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.Dataset">torch.utils.data.Dataset</see>:
/// <see cref="Count"/> is its <c>__len__</c> and the indexer its <c>__getitem__</c>.</para>
/// <para>A <see cref="DataLoader{TBatch}"/> reads a dataset inside a DisposeScope of its own, so whatever the indexer creates,
/// the sample included, is disposed once the batch is stacked. A tensor that was created earlier (an element of a
/// <c>List&lt;Tensor&gt;</c>, say) is left alive. A tensor that the indexer creates and wants to keep, in a cache, needs
/// <c>DetachFromDisposeScope()</c>.</para>
/// <para>With <c>numWorkers &gt; 0</c> several threads call the indexer at the same time: it may read shared data, not change it.</para>
/// </remarks>
/// <example>
/// <code>
/// sealed class MyDataset(float[,] X, float[] y) : Dataset&lt;(Tensor features, Tensor target)&gt;
/// {
///     public override long Count =&gt; y.Length;
///
///     public override (Tensor features, Tensor target) this[long index]
///     {
///         get
///         {
///             var row = Enumerable.Range(0, X.GetLength(1)).Select(column =&gt; X[index, column]).ToArray();
///             return (tensor(row), tensor(y[index]));
///         }
///     }
/// }
/// </code>
/// </example>
public abstract class Dataset<TSample> : DataSource<TSample>
{
    /// <summary>How many samples there are.</summary>
    public abstract long Count { get; }

    /// <summary>Makes one sample.</summary>
    /// <param name="index">Which one, from 0 to <see cref="Count"/> - 1.</param>
    /// <returns>The sample's tensors, without a batch dimension: <c>[features]</c>, not <c>[batch, features]</c>.</returns>
    public abstract TSample this[long index] { get; }

    internal sealed override bool IsStream => false;

    /// <summary>Makes a whole batch at once, for datasets that can do better than sample by sample.</summary>
    /// <returns>How many samples are in it: fewer than asked if some are left out, and then, at 0, there is no batch. -1 if it cannot.</returns>
    internal virtual int Gather(BatchRequest request, out TSample batch)
    {
        batch = default!;
        return -1;
    }
}
