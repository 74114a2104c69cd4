namespace DeepLearningCourse.Data.Loading;

/// <summary>The worker threads of a loader, for one loop or, when they persist, for one after the other.</summary>
/// <remarks>Threads of their own, not the thread pool's: a dataset may block on files for as long as it likes.</remarks>
internal sealed class WorkerPool<TBatch>
{
    private readonly List<WorkerFeed<TBatch>> feeds = [];
    private readonly Worker[] workers;
    private readonly Action<int>? workerInit;
    private readonly bool persists;
    private DataLoaderException? broken;
    private bool stopped;

    public WorkerPool(int numWorkers, Action<int>? workerInit, bool persists)
    {
        (this.workerInit, this.persists) = (workerInit, persists);
        workers = [.. Enumerable.Range(0, numWorkers).Select(number => new Worker(number, Run))];
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
                return broken is null && !stopped;
            }
        }
    }

    /// <summary>Whether the calling thread is one of the workers.</summary>
    public bool IsWorker => Array.Exists(workers, worker => worker.Thread == Thread.CurrentThread);

    /// <summary>Starts the threads. If the system gives no more of them, those that run are ended.</summary>
    public void Start()
    {
        try
        {
            Array.ForEach(workers, worker => worker.Thread.Start());
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

    /// <summary>For a feed that has ended, and holds the gate: nobody waits any more for workers that are still at it. New ones take their places where other
    /// loops will need them.</summary>
    public void Leave(WorkerFeed<TBatch> feed)
    {
        for (var i = 0; i < workers.Length; i++)
        {
            if (workers[i].Feed == feed)
            {
                workers[i].IsLeft = true;

                if (persists && !stopped)
                {
                    Replace(i);
                }
            }
        }
    }

    /// <summary>Tells the threads to end after the batch they are at, without waiting.</summary>
    public void Stop()
    {
        lock (Gate)
        {
            stopped = true;
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Waits for the threads to end, but not for long: one that hangs in workerInit or in the dataset is left behind.</summary>
    public void Join()
    {
        var until = Environment.TickCount64 + (long)WaitBreaker.Patience.TotalMilliseconds;

        try
        {
            foreach (var worker in workers.Where(worker => !worker.IsLeft && worker.Thread != Thread.CurrentThread && worker.Thread.ThreadState != ThreadState.Unstarted))
            {
                _ = worker.Thread.Join((int)Math.Max(0, until - Environment.TickCount64));
            }
        }
        catch (ThreadInterruptedException)
        {
            // Somebody has ended the waits of this thread: they are told to end, and do so without it.
        }
    }

    /// <exception cref="DataLoaderException">workerInit threw.</exception>
    public void ThrowIfBroken()
    {
        if (broken is not null)
        {
            throw broken;
        }
    }

    private void Replace(int place)
    {
        try
        {
            workers[place] = new Worker(workers[place].Number, Run);
            workers[place].Thread.Start();
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            broken = new DataLoaderException(
                $"A worker that hangs was left behind, and the system gives no thread to take its place: {exception.Message}", -1, exception);
        }
    }

    private void Run(Worker worker)
    {
        if (!TryInit(worker.Number))
        {
            return;
        }

        WorkerFeed<TBatch>? servedFeed = null;
        BatchMaker<TBatch>? maker = null;

        while (Claim(worker) is var (feed, turn))
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
                broken = new DataLoaderException(
                    $"workerInit failed. {exception.GetType().Name}: {exception.Message}. It runs once in each worker before the first sample; InnerException has the line.",
                    -1, exception);
                Monitor.PulseAll(Gate);
            }

            return false;
        }
    }

    private (WorkerFeed<TBatch> Feed, int Turn)? Claim(Worker worker)
    {
        lock (Gate)
        {
            worker.Feed = null;

            while (!stopped && !worker.IsLeft)
            {
                foreach (var feed in feeds)
                {
                    if (feed.TryClaim(out var turn))
                    {
                        worker.Feed = feed;
                        return (feed, turn);
                    }
                }

                Monitor.Wait(Gate);
            }

            return null;
        }
    }

    /// <summary>A thread, and what is known of it to others, who hold the gate.</summary>
    private sealed class Worker
    {
        public Worker(int number, Action<Worker> run) =>
            (Number, Thread) = (number, new Thread(() => run(this)) { IsBackground = true, Name = $"DataLoader worker {number + 1}" });

        public int Number { get; }

        public Thread Thread { get; }

        /// <summary>The feed whose batch it makes.</summary>
        public WorkerFeed<TBatch>? Feed { get; set; }

        /// <summary>Whether it hangs, so that nobody waits for it: it ends once it comes back.</summary>
        public bool IsLeft { get; set; }
    }
}
