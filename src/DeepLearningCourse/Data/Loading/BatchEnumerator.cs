using System.Collections;

namespace DeepLearningCourse.Data.Loading;

/// <summary>One loop over a loader: owns the batch it has handed out, and its workers.</summary>
internal sealed class BatchEnumerator<TBatch> : IEnumerator<TBatch>
{
    private readonly LoopRegister<TBatch> loops;
    private readonly BatchFeed<TBatch> feed;
    private readonly CurrentBatch<TBatch> held;
    private readonly Action<int, bool> moved;
    private TBatch current = default!;
    private bool hasCurrent;
    private bool finished;

    /// <param name="loops">Where the loader knows its loops from.</param>
    /// <param name="feed">Where the batches come from.</param>
    /// <param name="held">What holds the batch handed out.</param>
    /// <param name="moved">Is told the number of each batch that is handed out, and of the end of the epoch.</param>
    public BatchEnumerator(LoopRegister<TBatch> loops, BatchFeed<TBatch> feed, CurrentBatch<TBatch> held, Action<int, bool> moved) =>
        (this.loops, this.feed, this.held, this.moved) = (loops, feed, held, moved);

    /// <summary>A loop by hand that was dropped without Dispose must not leave its workers waiting for ever.</summary>
    ~BatchEnumerator()
    {
        feed?.Stop();
        loops?.Forget(feed!, wait: false);
    }

    public TBatch Current =>
        hasCurrent ? current : throw new InvalidOperationException("There is no current batch: call MoveNext() first, and stop when it returns false.");

    object? IEnumerator.Current => Current;

    public bool MoveNext()
    {
        DisposeCurrent();

        if (finished)
        {
            return false;
        }

        try
        {
            loops.ThrowIfDisposed();

            if (!feed.TryNext(out var batch, out var turn))
            {
                moved(turn, true);
                Dispose();
                return false;
            }

            (current, hasCurrent) = (batch, true);
            held.Set(batch);
            moved(turn, false);
            return true;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Reset() => throw new NotSupportedException("A loop over a DataLoader does not start again: begin a new foreach, which is the next epoch.");

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        DisposeCurrent();

        if (finished)
        {
            return;
        }

        finished = true;
        feed.Dispose();
        loops.Forget(feed, wait: true);
    }

    private void DisposeCurrent()
    {
        held.Dispose();
        (current, hasCurrent) = (default!, false);
    }
}
