using System.Collections;

namespace DeepLearningCourse.Data;

/// <summary>One loop over a loader: owns the batch it has handed out, and its workers.</summary>
internal sealed class BatchEnumerator<TBatch> : IEnumerator<TBatch>
{
    private readonly DataLoader<TBatch> loader;
    private readonly BatchBuilder<TBatch> builder;
    private readonly EpochPlan plan;
    private readonly Prefetch<TBatch>? prefetch;
    private TBatch current = default!;
    private bool hasCurrent;
    private bool finished;
    private int next;

    public BatchEnumerator(DataLoader<TBatch> loader, BatchBuilder<TBatch> builder, EpochPlan plan, Prefetch<TBatch>? prefetch)
    {
        this.loader = loader;
        this.builder = builder;
        this.plan = plan;
        this.prefetch = prefetch;

        if (prefetch is null)
        {
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>A loop by hand that was dropped without Dispose must not leave its workers waiting for ever.</summary>
    ~BatchEnumerator()
    {
        prefetch?.Stop();
        loader.Forget(prefetch);
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
            ObjectDisposedException.ThrowIf(loader.IsDisposed, loader);

            if (next == plan.BatchCount)
            {
                Dispose();
                return false;
            }

            current = prefetch is null ? builder.Build(plan.Indices(next), static () => false) : prefetch.Next();
            hasCurrent = true;
            next++;
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
        prefetch?.Stop();
        prefetch?.Join();
        loader.Forget(prefetch);
    }

    private void DisposeCurrent()
    {
        if (hasCurrent)
        {
            hasCurrent = false;
            BatchBuilder<TBatch>.Dispose(current);
            current = default!;
        }
    }
}
