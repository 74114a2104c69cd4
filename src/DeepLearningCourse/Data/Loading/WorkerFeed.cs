namespace DeepLearningCourse.Data.Loading;

/// <summary>The batches that worker threads make ahead of one loop.</summary>
/// <remarks>
/// A worker claims the next turn, makes its batch without holding the lock and leaves it here. Turns are claimed only so far ahead of
/// the loop, so memory is bounded whatever the loop does.
/// </remarks>
internal sealed class WorkerFeed<TBatch>(WorkerPool<TBatch> pool, EpochSource<TBatch> source, FeedOptions options) : BatchFeed<TBatch>
{
    private readonly Dictionary<int, WorkerResult<TBatch>> ready = [];
    private readonly SortedDictionary<int, BatchMaker<TBatch>> working = [];
    private int claimed = source.FirstTurn;
    private int end = source.EndTurn;
    private int taken;
    private int active;
    private bool hangs;
    private bool isLeft;

    private object Gate => pool.Gate;

    /// <summary>For a worker, which holds the gate: whether there is a batch to make now.</summary>
    public bool TryClaim(out int turn)
    {
        turn = claimed;
        var ahead = claimed - source.FirstTurn - taken;

        if (source.Stop.IsSet || claimed >= end || ahead >= options.BatchesAhead)
        {
            return false;
        }

        claimed++;
        active++;
        return true;
    }

    /// <summary>For a worker: makes the batch of a turn that it claimed, with its own maker, which is created if it has none.</summary>
    public void Work(int turn, ref BatchMaker<TBatch>? maker)
    {
        var result = Make(turn, ref maker);
        bool isLast;

        lock (Gate)
        {
            active--;
            isLast = isLeft && active == 0;
            working.Remove(turn);
            end = Math.Min(end, Math.Max(source.EndTurn, claimed));

            if (source.Stop.IsSet)
            {
                result.Dispose();
            }
            else
            {
                ready.Add(turn, result);

                // The loop stops at a failure: nobody starts a later turn.
                end = result.Failure is null ? end : Math.Min(end, claimed);
            }

            Monitor.PulseAll(Gate);
        }

        if (isLast)
        {
            CloseForNobody();
        }
    }

    public override bool TryNext(out TBatch batch, out int turn)
    {
        using var wake = source.Stop.Cancellation.UnsafeRegister(WakeUp, this);
        var started = Environment.TickCount64;

        lock (Gate)
        {
            while (true)
            {
                turn = options.InOrder ? source.FirstTurn + taken : ready.Keys.DefaultIfEmpty(-1).First();

                if (ready.Remove(turn, out var result))
                {
                    taken++;
                    Monitor.PulseAll(Gate);

                    if (result.TryGet(out batch))
                    {
                        return true;
                    }

                    continue;
                }

                ThrowIfStopped();

                if (source.FirstTurn + taken >= end)
                {
                    batch = default!;
                    return false;
                }

                Wait(started);
            }
        }
    }

    public override void Stop()
    {
        lock (Gate)
        {
            source.Stop.Set();

            foreach (var result in ready.Values)
            {
                result.Dispose();
            }

            ready.Clear();
            Monitor.PulseAll(Gate);
        }
    }

    public override void Dispose()
    {
        Stop();
        pool.Remove(this);

        lock (Gate)
        {
            // A worker that hangs in the dataset is left behind; whoever disposes from inside a worker cannot wait for itself.
            var until = Environment.TickCount64 + (long)WaitBreaker.Patience.TotalMilliseconds;

            while (active > 0 && !hangs && !pool.IsWorker && until - Environment.TickCount64 is > 0 and var left && TryWait((int)left))
            {
            }

            if (active > 0)
            {
                isLeft = true;
                pool.Leave(this);
                return;
            }
        }

        source.Close();
    }

    /// <summary>Waits for a worker's news.</summary>
    /// <returns>False if somebody has ended the waits of this thread: what is open has to be closed all the same.</returns>
    private bool TryWait(int milliseconds)
    {
        try
        {
            _ = Monitor.Wait(Gate, milliseconds);
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }

    /// <summary>The last worker that was left behind has come back: there is nobody to tell of an error.</summary>
    private void CloseForNobody()
    {
        try
        {
            source.Close();
        }
        catch (Exception)
        {
            // An exception in a thread of its own would end the process.
        }
    }

    private WorkerResult<TBatch> Make(int turn, ref BatchMaker<TBatch>? maker)
    {
        try
        {
            maker ??= source.CreateMaker();

            lock (Gate)
            {
                working[turn] = maker;
            }

            return new(maker.Make(turn), null);
        }
        catch (Exception exception)
        {
            return new(default, exception);
        }
    }

    private void ThrowIfStopped()
    {
        // Asked once: a cancellation that comes between two questions must not pass for a disposal.
        if (source.Stop.IsSet)
        {
            throw source.Stop.Ended(typeof(DataLoader<TBatch>));
        }

        pool.ThrowIfBroken();
    }

    private void Wait(long started)
    {
        if (options.Timeout is not { } timeout)
        {
            Monitor.Wait(Gate);
            return;
        }

        var left = timeout.TotalMilliseconds - (Environment.TickCount64 - started);

        if (left <= 0 || !Monitor.Wait(Gate, TimeSpan.FromMilliseconds(left)))
        {
            throw TookTooLong(timeout);
        }
    }

    private DataLoaderException TookTooLong(TimeSpan timeout)
    {
        hangs = true;
        var turn = options.InOrder ? source.FirstTurn + taken : working.Keys.FirstOrDefault();
        working.TryGetValue(turn, out var maker);
        var what = maker is null ? "The next batch was not started" : $"{maker.Where} was being read when the loop gave up";

        return new DataLoaderException(
            FormattableString.Invariant($"{what}: batch {turn} did not come within the timeout of {timeout.TotalSeconds:0.###} s. ") +
            "Look at what the dataset waits for there (a file, a network, a lock), or give the loader a longer timeout or more workers.",
            maker?.SampleIndex ?? -1, new TimeoutException());
    }

    private static void WakeUp(object? feed)
    {
        var gate = ((WorkerFeed<TBatch>)feed!).Gate;

        lock (gate)
        {
            Monitor.PulseAll(gate);
        }
    }
}
