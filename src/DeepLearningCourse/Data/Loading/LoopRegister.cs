namespace DeepLearningCourse.Data.Loading;

/// <summary>The loops that run over a loader, and the threads that serve them.</summary>
internal sealed class LoopRegister<TBatch>(int numWorkers, Action<int>? workerInit, bool persistentWorkers) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<BatchFeed<TBatch>, (CurrentBatch<TBatch> Held, WorkerPool<TBatch>? Pool)> running = [];
    private WorkerPool<TBatch>? persistent;
    private bool disposed;

    // Threads hold on to their pool, so a loader that is dropped without Dispose has to tell them to end.
    ~LoopRegister() => persistent?.Stop();

    /// <summary>Begins to feed a loop.</summary>
    public (BatchFeed<TBatch> Feed, CurrentBatch<TBatch> Held) Begin(EpochSource<TBatch> source, FeedOptions options)
    {
        lock (gate)
        {
            ThrowIfDisposed();
            var held = new CurrentBatch<TBatch>();

            if (numWorkers == 0)
            {
                var inline = new InlineFeed<TBatch>(source);
                running.Add(inline, (held, null));
                return (inline, held);
            }

            var pool = PoolFor(source);
            var feed = new WorkerFeed<TBatch>(pool, source, options);
            running.Add(feed, (held, pool == persistent ? null : pool));
            pool.Add(feed);
            return (feed, held);
        }
    }

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed), typeof(DataLoader<TBatch>));

    /// <summary>Gives up the ownership of a batch that some loop is at.</summary>
    public bool TryKeep(TBatch batch)
    {
        lock (gate)
        {
            return running.Values.Any(loop => loop.Held.TryKeep(batch));
        }
    }

    /// <summary>A loop has ended; its own threads end too.</summary>
    public void Forget(BatchFeed<TBatch> feed, bool wait)
    {
        WorkerPool<TBatch>? pool;

        lock (gate)
        {
            pool = running.Remove(feed, out var loop) ? loop.Pool : null;
        }

        pool?.Stop();

        if (wait)
        {
            pool?.Join();
        }
    }

    /// <summary>Ends all loops and threads.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        BatchFeed<TBatch>[] feeds;

        lock (gate)
        {
            disposed = true;
            feeds = [.. running.Keys];
        }

        Array.ForEach(feeds, feed => feed.Stop());

        foreach (var feed in feeds.OfType<WorkerFeed<TBatch>>())
        {
            feed.Dispose();
            Forget(feed, wait: true);
        }

        persistent?.Stop();
        persistent?.Join();
    }

    private WorkerPool<TBatch> PoolFor(EpochSource<TBatch> source)
    {
        if (persistentWorkers && persistent is { IsUsable: true })
        {
            return persistent;
        }

        // More threads than batches would have nothing to do.
        var batches = Math.Max(1, source.EndTurn - source.FirstTurn);
        var pool = new WorkerPool<TBatch>(persistentWorkers ? numWorkers : Math.Min(numWorkers, batches), workerInit, persistentWorkers);
        pool.Start();
        persistent = persistentWorkers ? pool : null;
        return pool;
    }
}
