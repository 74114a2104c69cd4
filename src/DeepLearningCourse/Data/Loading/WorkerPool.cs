namespace DeepLearningCourse.Data.Loading;

/// <summary>The worker threads of a loader, for one loop or, when they persist, for one after the other.</summary>
/// <remarks>Threads of their own, not the thread pool's: a dataset may block on files for as long as it likes.</remarks>
internal sealed class WorkerPool<TBatch>
{
    private readonly List<WorkerFeed<TBatch>> feeds = [];
    private readonly Thread[] threads;
    private readonly Action<int>? workerInit;
    private Exception? broken;
    private bool stopped;
    private bool abandoned;

    public WorkerPool(int numWorkers, Action<int>? workerInit)
    {
        this.workerInit = workerInit;
        threads = new Thread[numWorkers];

        for (var i = 0; i < numWorkers; i++)
        {
            var number = i;
            threads[i] = new Thread(() => Run(number)) { IsBackground = true, Name = $"DataLoader worker {number + 1}" };
        }
    }

    /// <summary>Held by whoever looks at, or changes, what is claimed, made and taken.</summary>
    public object Gate { get; } = new();

    /// <summary>Whether it can serve another loop.</summary>
    public bool IsUsable
    {
        get
        {
            lock (Gate)
            {
                return broken is null && !stopped && !abandoned;
            }
        }
    }

    /// <summary>Whether the calling thread is one of the workers.</summary>
    public bool IsWorker => Array.IndexOf(threads, Thread.CurrentThread) >= 0;

    /// <summary>Starts the threads. If the system gives no more of them, those that run are ended.</summary>
    public void Start()
    {
        try
        {
            Array.ForEach(threads, thread => thread.Start());
        }
        catch
        {
            Stop();
            throw;
        }
    }

    public void Add(WorkerFeed<TBatch> feed)
    {
        lock (Gate)
        {
            feeds.Add(feed);
            Monitor.PulseAll(Gate);
        }
    }

    public void Remove(WorkerFeed<TBatch> feed)
    {
        lock (Gate)
        {
            feeds.Remove(feed);
        }
    }

    /// <summary>A worker hangs in the dataset: nobody waits for these threads any more.</summary>
    public void Abandon() => abandoned = true;

    /// <summary>Tells the threads to end after the batch they are at, without waiting.</summary>
    public void Stop()
    {
        lock (Gate)
        {
            stopped = true;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Waits for the threads to end.</summary>
    public void Join()
    {
        foreach (var thread in abandoned ? [] : threads)
        {
            if (thread != Thread.CurrentThread && thread.ThreadState != ThreadState.Unstarted)
            {
                thread.Join();
            }
        }
    }

    /// <exception cref="DataLoaderException">workerInit threw.</exception>
    public void ThrowIfBroken()
    {
        if (broken is not null)
        {
            throw new DataLoaderException(
                $"workerInit failed. {broken.GetType().Name}: {broken.Message}. It runs once in each worker before the first sample; InnerException has the line.",
                -1, broken);
        }
    }

    private void Run(int number)
    {
        if (!TryInit(number))
        {
            return;
        }

        WorkerFeed<TBatch>? servedFeed = null;
        BatchMaker<TBatch>? maker = null;

        while (Claim() is var (feed, turn))
        {
            if (feed != servedFeed)
            {
                (servedFeed, maker) = (feed, null);
            }

            feed.Work(turn, ref maker);
        }
    }

    private bool TryInit(int number)
    {
        try
        {
            workerInit?.Invoke(number);
            return true;
        }
        catch (Exception exception)
        {
            lock (Gate)
            {
                broken = exception;
                Monitor.PulseAll(Gate);
            }

            return false;
        }
    }

    private (WorkerFeed<TBatch> Feed, int Turn)? Claim()
    {
        lock (Gate)
        {
            while (!stopped && !abandoned)
            {
                foreach (var feed in feeds)
                {
                    if (feed.TryClaim(out var turn))
                    {
                        return (feed, turn);
                    }
                }

                Monitor.Wait(Gate);
            }

            return null;
        }
    }
}
