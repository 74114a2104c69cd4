using System.Collections;

namespace DeepLearningCourse.Data.Loading;

/// <summary>One loop over a loader: owns the batch it has handed out, and its workers.</summary>
internal sealed class BatchEnumerator<TBatch> : IEnumerator<TBatch>
{
    private readonly LoopRegister<TBatch> loops;
    private readonly BatchFeed<TBatch> feed;
    private readonly CurrentBatch<TBatch> held;
    private readonly Action<int, bool> moved;
    // Whose loop it is: a thread's, and after an await that of the thread of the pool on which the same code goes on.
    private readonly AsyncLocal<object?> mine = new();
    private int thread;
    private int busy;
    private TBatch current = default!;
    private bool hasCurrent;
    private bool finished;
    private bool endedElsewhere;

    /// <param name="loops">Where the loader knows its loops from.</param>
    /// <param name="feed">Where the batches come from.</param>
    /// <param name="held">What holds the batch handed out.</param>
    /// <param name="moved">Is told the number of each batch that is handed out, and of the end of the epoch.</param>
    public BatchEnumerator(LoopRegister<TBatch> loops, BatchFeed<TBatch> feed, CurrentBatch<TBatch> held, Action<int, bool> moved) =>
        (this.loops, this.feed, this.held, this.moved) = (loops, feed, held, moved);

    /// <summary>A loop by hand that was dropped without Dispose must not leave its workers waiting for ever.</summary>
    ~BatchEnumerator()
    {
        if (!finished)
        {
            feed?.Stop();
            loops?.Forget(feed!, wait: false);
        }
    }

    public TBatch Current =>
        hasCurrent ? current : throw new InvalidOperationException("There is no current batch: call MoveNext() first, and stop when it returns false.");

    object? IEnumerator.Current => Current;

    public bool MoveNext()
    {
        if (!TryOwn() || Interlocked.Exchange(ref busy, 1) != 0)
        {
            throw SecondThread();
        }

        try
        {
            return Move();
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    public void Reset() => throw new NotSupportedException("A loop over a DataLoader does not start again: begin a new foreach, which is the next epoch.");

    public void Dispose()
    {
        if (Interlocked.Exchange(ref busy, 1) != 0)
        {
            // Another thread waits for a batch: it finds the loop ended, and disposes it.
            feed.Stop();
            return;
        }

        try
        {
            End(isOwn: thread == 0 || IsOwn);
            GC.SuppressFinalize(this);
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    private bool IsOwn => thread == Environment.CurrentManagedThreadId || (mine.Value is not null && Thread.CurrentThread.IsThreadPoolThread);

    private bool TryOwn()
    {
        var id = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref thread, id, 0) == 0)
        {
            mine.Value = mine;
        }

        if (!IsOwn)
        {
            return false;
        }

        thread = id;
        return true;
    }

    private InvalidOperationException DisposedElsewhere() => new($"This loop over a DataLoader, of thread {thread}, was disposed by another thread before its end.");

    private InvalidOperationException SecondThread() => new(
        $"Two threads, {thread} and {Environment.CurrentManagedThreadId}, take batches from one loop over a DataLoader. A batch is disposed when its loop moves on, so each would lose its batch " +
        "to the other. Begin a foreach on each thread, which is an epoch of its own, or keep to one thread and let numWorkers make the batches.");

    private bool Move()
    {
        DisposeCurrent();

        if (finished)
        {
            return endedElsewhere ? throw DisposedElsewhere() : false;
        }

        try
        {
            loops.ThrowIfDisposed();

            if (!feed.TryNext(out var batch, out var turn))
            {
                moved(turn, true);
                End(isOwn: true);
                return false;
            }

            (current, hasCurrent) = (batch, true);
            held.Set(batch);
            moved(turn, false);
            return true;
        }
        catch
        {
            End(isOwn: true);
            throw;
        }
    }

    private void End(bool isOwn)
    {
        // The thread whose loop it is may be at work on the batch: it goes with that thread's last use of it.
        if (isOwn)
        {
            DisposeCurrent();
            mine.Value = null;
        }

        if (finished)
        {
            return;
        }

        (finished, endedElsewhere) = (true, !isOwn);
        feed.Dispose();
        loops.Forget(feed, wait: true);
    }

    private void DisposeCurrent()
    {
        held.Dispose();
        (current, hasCurrent) = (default!, false);
    }
}
