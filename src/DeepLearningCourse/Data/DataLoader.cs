using System.Collections;
using System.Diagnostics.CodeAnalysis;
using DeepLearningCourse.Data.Loading;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Loops over a dataset in batches, in a new random order every epoch if asked, with threads that prepare batches ahead.</summary>
/// <typeparam name="TBatch">
/// What a batch is. Unless a collate function makes it, its type says what becomes of each part of the samples:
/// <list type="bullet">
/// <item>a <c>Tensor</c>: tensors <c>[...]</c> are stacked to <c>[batch, ...]</c>, arrays of numbers likewise (copied straight into the
/// batch, the fastest way), and numbers become <c>[batch]</c>. The dtype is theirs; only single <c>int</c>s become int64, as class
/// numbers must be;</item>
/// <item><see cref="PaddedSequences"/>: arrays or tensors of different lengths;</item>
/// <item>an array or <c>IReadOnlyList</c> of anything, text for instance, which is kept as it is;</item>
/// <item>a tuple, or a record or class, of these: members are matched by name between types that have names, else by position;</item>
/// <item>a dictionary, key by key, or an array of what is put together position by position.</item>
/// </list>
/// </typeparam>
/// <remarks>
/// <para>Follows <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader">torch.utils.data.DataLoader</see>,
/// option by option.</para>
/// <para><b>Lifetime.</b> A batch disposes itself when the loop moves on or ends, by <c>break</c> or an exception too. Keep one with
/// <see cref="Keep"/>, or all with <see cref="ToList"/>; LINQ's own operators see each batch only until the next. A batch belongs to no
/// DisposeScope, so one per iteration does no harm. Disposing the loader leaves the dataset alone.</para>
/// <para><b>Order.</b> Fixed by the seed and the number of the epoch: the same seed gives the same batches, bit for bit, whatever
/// <c>numWorkers</c> is, and so are the random numbers that a dataset takes from <see cref="SampleRandom.Current"/>. Those it takes from torch's
/// default generator inside a worker are outside this promise.</para>
/// <para><b>Resuming.</b> <see cref="State"/> and <see cref="Restore"/> go on in the middle of an epoch without reading what came before,
/// except in a stream, which is read again up to there.</para>
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
public sealed partial class DataLoader<TBatch> : IEnumerable<TBatch>, IDisposable
{
    private readonly Lock gate = new();
    private readonly LoopRegister<TBatch> loops;
    private readonly BatchMemory memory;
    private readonly BadSampleLog badSamples;
    private readonly ILoaderSource<TBatch> source;
    private readonly FeedOptions feedOptions;
    private readonly DataSource dataset;
    private readonly LoaderOptions options;
    private IReadOnlyDictionary<string, string>? description;
    private DataLoaderState position;
    private long batchesGiven;
    private DataLoaderState? restored;
    private long epoch;

    /// <summary>Prepares to loop over a dataset; nothing is read before the first <c>foreach</c>.</summary>
    /// <param name="dataset">The samples: a <see cref="Dataset{TSample}"/>, or a stream. The loader does not own it.</param>
    /// <param name="batchSize">Samples per batch, at least 1; null to hand out each sample as it is, for a dataset that makes batches itself.</param>
    /// <param name="shuffle">Take the samples in a new random order every epoch; otherwise in the dataset's order.</param>
    /// <param name="sampler">Which samples an epoch takes and in which order, in place of <paramref name="shuffle"/>.</param>
    /// <param name="batchSampler">Which samples go together, in place of batchSize, shuffle, sampler and dropLast.</param>
    /// <param name="numWorkers">
    /// How many background threads read samples ahead of the loop; 0 reads them in the loop's own thread. The dataset's indexer must
    /// bear being called from several threads.
    /// </param>
    /// <param name="collate">
    /// Puts the samples of a batch together, in place of going by the types; a function whose parameter has its type written out:
    /// <c>(IReadOnlyList&lt;Sample&gt; samples) =&gt; ...</c>. The tensors that it makes are the batch's.
    /// </param>
    /// <param name="pinMemory">Put batches in page-locked memory, from which copies to a GPU are faster. Ignored without CUDA.</param>
    /// <param name="dropLast">Leave out a last batch that is smaller than the others.</param>
    /// <param name="timeout">How long the loop waits for a batch of its workers before it says which sample hangs; null to wait for ever. A loop that ends otherwise, by
    /// <c>break</c> or a cancellation, waits half a second at most for samples that are being read, and leaves workers that hang behind.</param>
    /// <param name="workerInit">Runs once in each worker's thread before its first sample, with the worker's number from 0.</param>
    /// <param name="prefetchFactor">How many batches per worker are made ahead of the loop.</param>
    /// <param name="persistentWorkers">Keep the threads from one epoch to the next, until the loader is disposed.</param>
    /// <param name="inOrder">
    /// Hand out the batches in their order; false hands each out as soon as it is ready, and then only what is in a batch is the same for any
    /// number of workers.
    /// </param>
    /// <param name="device">Where the workers put the batches, so that the training thread need not wait for the copy; null for where the samples are.</param>
    /// <param name="badSamples">What happens to samples that cannot be read.</param>
    /// <param name="seed">
    /// Decides the orders and the samples' random numbers. When null it is drawn, here and once, from torch's default generator, so that
    /// <c>torch.manual_seed</c> before this line decides them.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The dataset is empty, its samples cannot be put together, dropLast would leave no batch, or two options contradict each other.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">batchSize or prefetchFactor is below 1, numWorkers below 0, or the timeout not above 0.</exception>
    public DataLoader(
        DataSource dataset,
        int? batchSize = 1,
        bool shuffle = false,
        Sampler? sampler = null,
        BatchSampler? batchSampler = null,
        int numWorkers = 0,
        Delegate? collate = null,
        bool pinMemory = false,
        bool dropLast = false,
        TimeSpan? timeout = null,
        Action<int>? workerInit = null,
        int prefetchFactor = 2,
        bool persistentWorkers = false,
        bool inOrder = true,
        Device? device = null,
        BadSamples badSamples = BadSamples.Throw,
        long? seed = null)
        : this(
            new LoaderOptions(
                batchSize, shuffle, sampler, batchSampler, numWorkers, pinMemory, dropLast, timeout, workerInit, prefetchFactor, persistentWorkers,
                inOrder, device, badSamples, seed),
            dataset,
            collate)
    {
    }

    private DataLoader(LoaderOptions options, DataSource dataset, Delegate? collate)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        options.RequireSense();
        (this.dataset, this.options) = (dataset, options);
        source = dataset.Load<TBatch>(collate, options);
        memory = source.Memory;
        badSamples = source.BadSamples;
        BatchSize = options.BatchSampler is null ? options.BatchSize ?? 1 : null;
        loops = new LoopRegister<TBatch>(options.NumWorkers, options.WorkerInit, options.PersistentWorkers);
        feedOptions = new FeedOptions(options.BatchesAhead, options.InOrder, options.Timeout);
        position = new DataLoaderState(options.Seed ?? SeedSource.Draw(), 0, 0);
    }

    /// <summary>Batches per epoch: Python's <c>len(loader)</c>.</summary>
    /// <exception cref="InvalidOperationException">The data is a stream, whose length shows only at its end.</exception>
    public int Count => source.BatchCount ?? throw new InvalidOperationException(
        "The dataset is a stream: how many batches it has shows only when it has been read. Count them in the loop.");

    /// <summary>Batches per epoch; null if the data is a stream.</summary>
    internal int? KnownCount => source.BatchCount;

    /// <summary>Samples per batch, of which the last batch of an epoch may have fewer; null if a batch sampler decides.</summary>
    public int? BatchSize { get; }

    /// <summary>How many samples an epoch takes; null if the data is a stream or a batch sampler decides.</summary>
    public long? SampleCount => source.SampleCount;

    /// <summary>The seed that decides the orders, the one given or the one drawn from torch's generator.</summary>
    public long Seed => State.Seed;

    /// <summary>The samples that were left out because they could not be read, each once, by index; empty unless asked for by <see cref="BadSamples.Skip"/>.</summary>
    public IReadOnlyList<SkippedSample> SkippedSamples => badSamples.Samples;

    /// <summary>The number, from 0, of the epoch that the next <c>foreach</c> runs. Set it to go on with a later epoch.</summary>
    /// <remarks>Every <c>foreach</c> that begins counts as an epoch, also one that ends early.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Epoch
    {
        get
        {
            lock (gate)
            {
                return epoch;
            }
        }

        set
        {
            if (value < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(value), $"Epoch is {value}: epochs are numbered from 0.");
            }

            Restore(new DataLoaderState(Seed, value, 0));
        }
    }

    /// <summary>
    /// Where the loop that began last is: how many batches of which epoch it was handed. In the body of a loop this counts the batch in hand,
    /// so a state saved after the training step goes on with the next batch.
    /// </summary>
    public DataLoaderState State
    {
        get
        {
            lock (gate)
            {
                return batchesGiven == position.Batch ? position : position with { Batch = batchesGiven };
            }
        }
    }

    /// <summary>Makes the next <c>foreach</c> go on where another loop over the same data was, whatever its number of workers.</summary>
    /// <param name="state">A <see cref="State"/>, of this loader or of one with the same data, batch size and order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch or the batch is negative, or the epoch has no such batch.</exception>
    public void Restore(DataLoaderState state)
    {
        RequirePlace(state);

        lock (gate)
        {
            (position, batchesGiven, restored, epoch) = (state, state.Batch, state, state.Epoch);
        }
    }

    /// <summary>Begins the next epoch. Several loops may run at once, each with an epoch of its own.</summary>
    /// <returns>The epoch's batches. <c>foreach</c> disposes it; a loop by hand must.</returns>
    /// <exception cref="ObjectDisposedException">The loader was disposed.</exception>
    public IEnumerator<TBatch> GetEnumerator() => Begin(CancellationToken.None);

    /// <summary>The same loop, which ends when it is cancelled, also while it waits for a batch.</summary>
    /// <param name="cancellationToken">Ends the loop with an <see cref="OperationCanceledException"/>, within half a second: a worker that hangs in the dataset is left behind, and
    /// what it makes later is disposed. Without workers (<c>numWorkers: 0</c>) the dataset reads on this thread, whose waits are then ended (sleeps, locks, tasks,
    /// processes); what cannot be ended is a call into the system that does not come back, such as a file on a network drive or a synchronous
    /// <c>Socket.Receive</c>, and arithmetic: with <c>numWorkers: 1</c> the loop does not wait for these either.</param>
    /// <returns>The batches, for a <c>foreach</c>.</returns>
    public IEnumerable<TBatch> WithCancellation(CancellationToken cancellationToken) => new CancellableBatches<TBatch>(() => Begin(cancellationToken));

    /// <summary>Makes a batch outlive its turn of the loop.</summary>
    /// <param name="batch">The batch that a loop over this loader is at.</param>
    /// <returns>The same batch, the caller's from now on: it goes to the DisposeScope that is open here, or is the caller's to dispose.</returns>
    /// <exception cref="InvalidOperationException">It is no loop's current batch, for instance because the loop has moved on and disposed it.</exception>
    public TBatch Keep(TBatch batch) => loops.TryKeep(batch)
        ? batch
        : throw new InvalidOperationException("This is not the batch that a loop over this loader is at. Call Keep inside the loop, before it moves on.");

    /// <summary>Runs an epoch and keeps all its batches, which LINQ's ToList would hand over disposed.</summary>
    /// <returns>The batches, the caller's: they go to the DisposeScope that is open here, or are the caller's to dispose.</returns>
    /// <exception cref="DataLoaderException">A sample could not be read; the batches made so far are disposed.</exception>
    public List<TBatch> ToList()
    {
        List<TBatch> kept = [];

        try
        {
            foreach (var batch in this)
            {
                kept.Add(Keep(batch));
            }
        }
        catch
        {
            kept.ForEach(Tensors<TBatch>.Dispose);
            throw;
        }

        return kept;
    }

    /// <summary>Ends the workers and the loops still running. The dataset stays as it is; a worker that hangs in it is left behind after half a second.</summary>
    public void Dispose()
    {
        loops.Dispose();
        memory.Dispose();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private BatchEnumerator<TBatch> Begin(CancellationToken cancellationToken)
    {
        loops.ThrowIfDisposed();
        var start = LoopWatch.Current is { } watch ? watch.Begin(this) : NextStart();
        var (feed, held) = loops.Begin(source.Start(start, new StopSignal(cancellationToken)), feedOptions);
        return new BatchEnumerator<TBatch>(loops, feed, held, (turn, isEnd) => Moved(start, turn, isEnd));
    }

    private void RequirePlace(DataLoaderState state)
    {
        ArgumentNullException.ThrowIfNull(state);

        if (state.Epoch < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(state), $"Epoch is {state.Epoch}: epochs are numbered from 0.");
        }

        if (state.Batch < 0 || state.Batch > (source.BatchCount ?? int.MaxValue))
        {
            throw new ArgumentOutOfRangeException(
                nameof(state), $"Batch is {state.Batch} and an epoch has {source.BatchCount} batches: was it saved with another batch size or other data?");
        }
    }

    private DataLoaderState NextStart()
    {
        lock (gate)
        {
            var start = restored ?? new DataLoaderState(position.Seed, epoch, 0);
            (position, batchesGiven, restored, epoch) = (start, start.Batch, null, start.Epoch + 1);
            return start;
        }
    }

    private void Moved(DataLoaderState start, int turn, bool isEnd)
    {
        lock (gate)
        {
            // An older loop that still runs does not speak for the loader.
            if (restored is null && start.Epoch == epoch - 1)
            {
                position = isEnd ? new DataLoaderState(start.Seed, start.Epoch + 1, 0) : start;
                batchesGiven = isEnd ? 0 : turn + 1;
            }
        }
    }
}
