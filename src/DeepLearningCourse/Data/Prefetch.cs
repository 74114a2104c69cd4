namespace DeepLearningCourse.Data;

/// <summary>The worker threads of one loop: they run a few batches ahead of it and hand them over in order.</summary>
/// <remarks>
/// A worker claims the next batch, makes it without holding the lock and leaves it in the batch's slot. None runs more than
/// two batches per worker ahead of the loop, so memory is bounded. Threads of their own, not the pool's: a dataset may block
/// on files for as long as it likes.
/// </remarks>
internal sealed class Prefetch<TBatch>
{
    private const int BatchesAheadPerWorker = 2;

    private readonly object gate = new();
    private readonly BatchBuilder<TBatch> builder;
    private readonly EpochPlan plan;
    private readonly Slot?[] slots;
    private readonly Thread[] workers;
    private int claimed;
    private int handedOver;
    private int end;
    private volatile bool stopped;

    public Prefetch(BatchBuilder<TBatch> builder, EpochPlan plan, int numWorkers)
    {
        this.builder = builder;
        this.plan = plan;
        end = plan.BatchCount;
        workers = new Thread[Math.Min(numWorkers, plan.BatchCount)];
        slots = new Slot?[workers.Length * BatchesAheadPerWorker];

        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = new Thread(Work) { IsBackground = true, Name = $"DataLoader worker {i + 1}" };
        }

        foreach (var worker in workers)
        {
            worker.Start();
        }
    }

    /// <summary>Waits for the next batch, in order; throws what its worker threw.</summary>
    public TBatch Next()
    {
        lock (gate)
        {
            var place = handedOver % slots.Length;

            while (slots[place] is null)
            {
                // Disposing the loader from another thread ends the wait.
                ObjectDisposedException.ThrowIf(stopped, typeof(DataLoader<TBatch>));
                Monitor.Wait(gate);
            }

            var slot = slots[place]!;
            slots[place] = null;
            handedOver++;
            Monitor.PulseAll(gate);
            return slot.Failure is null ? slot.Batch : throw slot.Failure;
        }
    }

    /// <summary>Tells the workers to end and disposes what they had ready. Does not wait for them.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;

            for (var i = 0; i < slots.Length; i++)
            {
                slots[i]?.Dispose();
                slots[i] = null;
            }

            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until no worker touches the dataset any more: each ends after the sample it is reading.</summary>
    public void Join()
    {
        foreach (var worker in workers)
        {
            if (worker != Thread.CurrentThread)
            {
                worker.Join();
            }
        }
    }

    private void Work()
    {
        while (Claim() is { } batch)
        {
            Leave(batch, Make(batch));
        }
    }

    private int? Claim()
    {
        lock (gate)
        {
            while (!stopped && claimed < end && claimed >= handedOver + slots.Length)
            {
                Monitor.Wait(gate);
            }

            return stopped || claimed >= end ? null : claimed++;
        }
    }

    private Slot Make(int batch)
    {
        try
        {
            return new Slot(builder.Build(plan.Indices(batch), () => stopped), null);
        }
        catch (Exception exception)
        {
            return new Slot(default!, exception);
        }
    }

    private void Leave(int batch, Slot slot)
    {
        lock (gate)
        {
            if (stopped)
            {
                slot.Dispose();
                return;
            }

            if (slot.Failure is not null)
            {
                // The loop stops at this batch: nobody starts a later one.
                end = Math.Min(end, batch);
            }

            slots[batch % slots.Length] = slot;
            Monitor.PulseAll(gate);
        }
    }

    private sealed class Slot(TBatch batch, Exception? failure)
    {
        public TBatch Batch => batch;

        public Exception? Failure => failure;

        public void Dispose()
        {
            if (failure is null)
            {
                BatchBuilder<TBatch>.Dispose(batch);
            }
        }
    }
}
