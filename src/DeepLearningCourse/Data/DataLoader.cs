using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp;

namespace DeepLearningCourse.Data;

/// <summary>Loops over a dataset in batches, in a new random order every epoch if asked, with threads that prepare batches ahead.</summary>
/// <typeparam name="TBatch">
/// What a batch is: of the same form as a sample, a tensor or a tuple (of up to seven, nested if need be) of tensors. Each tensor
/// of the samples, <c>[...]</c>, is stacked to <c>[batch, ...]</c>; numbers <c>[]</c> become <c>[batch]</c>.
/// </typeparam>
/// <remarks>
/// <para>Follows <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader">torch.utils.data.DataLoader</see>.</para>
/// <para><b>Lifetime.</b> A batch disposes itself when the loop moves on or ends, by <c>break</c> or an exception too; keep one with
/// <c>X.clone()</c> or <c>X.alias()</c>. It belongs to no DisposeScope, so one per iteration does no harm. <c>loader.ToList()</c> gives
/// disposed batches. Disposing the loader leaves the dataset alone.</para>
/// <para><b>Order.</b> Fixed by the seed and the number of the epoch: the same seed gives the same batches, bit for bit, whatever
/// <c>numWorkers</c> is. Random numbers that the dataset itself takes from torch inside a worker are outside this promise.</para>
/// <para><b>Gradients</b> are off while samples are read, as a batch is data.</para>
/// </remarks>
/// <example>
/// <code>
/// using var trainLoader = new DataLoader&lt;(Tensor features, Tensor target)&gt;(data, batchSize: 32, shuffle: true, numWorkers: 4);
///
/// foreach (var (X, y) in trainLoader)
/// {
///     // X is [32, features], y is [32]
/// }
/// </code>
/// </example>
[SuppressMessage("Naming", "CA1710", Justification = "The name that PyTorch and the lecture use.")]
public sealed class DataLoader<TBatch> : IReadOnlyCollection<TBatch>, IDisposable
{
    private readonly object gate = new();
    private readonly List<Prefetch<TBatch>> running = [];
    private readonly BatchBuilder<TBatch> builder;
    private readonly bool shuffle;
    private readonly int numWorkers;
    private long epoch;
    private bool disposed;

    /// <summary>Prepares to loop over a dataset; nothing is read before the first <c>foreach</c>.</summary>
    /// <param name="dataset">The samples. The loader does not own it.</param>
    /// <param name="batchSize">Samples per batch, at least 1.</param>
    /// <param name="shuffle">Take the samples in a new random order every epoch; otherwise in the dataset's order.</param>
    /// <param name="numWorkers">
    /// How many background threads read samples ahead of the loop, two batches each at most; 0 reads them in the loop's own thread.
    /// The dataset's indexer must bear being called from several threads.
    /// </param>
    /// <param name="dropLast">Leave out a last batch that is smaller than the others.</param>
    /// <param name="pinMemory">Put batches in page-locked memory, from which copies to a GPU are faster. Ignored without CUDA.</param>
    /// <param name="seed">
    /// Decides the orders. When null it is drawn, here and once, from torch's default generator, so that
    /// <c>torch.manual_seed</c> before this line decides them.
    /// </param>
    /// <exception cref="ArgumentException">The dataset is empty, its samples cannot be stacked, or dropLast would leave no batch.</exception>
    /// <exception cref="ArgumentOutOfRangeException">batchSize is below 1, or numWorkers below 0.</exception>
    public DataLoader(
        Dataset<TBatch> dataset,
        int batchSize = 1,
        bool shuffle = false,
        int numWorkers = 0,
        bool dropLast = false,
        bool pinMemory = false,
        long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        SampleCount = dataset.Count;
        RequireSense(SampleCount, batchSize, numWorkers, dropLast);
        Dataset = dataset;
        BatchSize = batchSize;
        Count = checked((int)(dropLast ? SampleCount / batchSize : ((SampleCount - 1) / batchSize) + 1));
        Seed = seed ?? SeedSource.Draw();
        this.shuffle = shuffle;
        this.numWorkers = numWorkers;
        builder = new BatchBuilder<TBatch>(dataset, pinMemory && torch.cuda.is_available());
    }

    /// <summary>Batches per epoch: Python's <c>len(loader)</c>.</summary>
    public int Count { get; }

    /// <summary>The dataset that samples are read from.</summary>
    public Dataset<TBatch> Dataset { get; }

    /// <summary>Samples per batch; the last batch of an epoch may have fewer.</summary>
    public int BatchSize { get; }

    /// <summary>How many samples the dataset had when the loader was made.</summary>
    public long SampleCount { get; }

    /// <summary>The seed that decides the orders, the one given or the one drawn from torch's generator.</summary>
    public long Seed { get; }

    /// <summary>The number, from 0, of the epoch that the next <c>foreach</c> runs. Set it to resume a run.</summary>
    /// <remarks>Every <c>foreach</c> that begins counts as an epoch, also one that ends early.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Epoch
    {
        get => Interlocked.Read(ref epoch);
        set
        {
            if (value < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(value), $"Epoch is {value}: epochs are numbered from 0.");
            }

            Interlocked.Exchange(ref epoch, value);
        }
    }

    internal bool IsDisposed => Volatile.Read(ref disposed);

    /// <summary>Begins the next epoch. Several loops may run at once, each with an epoch of its own.</summary>
    /// <returns>The epoch's batches. <c>foreach</c> disposes it; a loop by hand must.</returns>
    /// <exception cref="ObjectDisposedException">The loader was disposed.</exception>
    public IEnumerator<TBatch> GetEnumerator()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var thisEpoch = Interlocked.Increment(ref epoch) - 1;
        var order = shuffle ? SplitMix64.Permutation(SampleCount, Seed, thisEpoch) : null;
        var plan = new EpochPlan(SampleCount, BatchSize, Count, order);
        return new BatchEnumerator<TBatch>(this, builder, plan, numWorkers == 0 ? null : StartPrefetch(plan));
    }

    /// <summary>Ends the workers of loops still running. The dataset stays as it is.</summary>
    public void Dispose()
    {
        Prefetch<TBatch>[] toEnd;

        lock (gate)
        {
            disposed = true;
            toEnd = [.. running];
            running.Clear();
        }

        foreach (var prefetch in toEnd)
        {
            prefetch.Stop();
        }

        foreach (var prefetch in toEnd)
        {
            prefetch.Join();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Forget(Prefetch<TBatch>? prefetch)
    {
        if (prefetch is not null)
        {
            lock (gate)
            {
                running.Remove(prefetch);
            }
        }
    }

    private Prefetch<TBatch> StartPrefetch(EpochPlan plan)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var prefetch = new Prefetch<TBatch>(builder, plan, numWorkers);
            running.Add(prefetch);
            return prefetch;
        }
    }

    private static void RequireSense(long samples, int batchSize, int numWorkers, bool dropLast)
    {
        if (Collation<TBatch>.TensorCount == 0)
        {
            throw new ArgumentException(
                $"The dataset's samples are of type {typeof(TBatch).Name}, which cannot be stacked to a batch. Return a Tensor, or a tuple of up to " +
                "seven tensors such as (Tensor features, Tensor target), from this[long index].");
        }

        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(batchSize), $"batchSize is {batchSize}: a batch needs at least 1 sample.");
        }

        if (numWorkers < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(numWorkers), $"numWorkers is {numWorkers}: use 0 to read samples in the loop's own thread, or 1 or more background threads.");
        }

        if (samples < 1)
        {
            throw new ArgumentException($"The dataset is empty: its Count is {samples}. There must be at least 1 sample to loop over.");
        }

        if (dropLast && samples < batchSize)
        {
            throw new ArgumentException(
                $"There would be no batch: the dataset has {samples} samples, batchSize is {batchSize}, and dropLast leaves out a batch that is not " +
                $"full. Use a batchSize of at most {samples}, or dropLast: false.");
        }
    }
}
