using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>
/// Brings what follows an <c>await</c> of a cell back to the session's thread, where TorchSharp keeps gradient mode and dispose scopes. What is posted
/// after the cell's end runs on the thread pool, or not at all if the cell was interrupted.
/// </summary>
internal sealed class CellPump : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Call, object? State)> calls = [];
    private readonly Lock gate = new();
    private bool isClosed;
    private bool isGivenUp;

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (gate)
        {
            if (isGivenUp)
            {
                return;
            }

            if (!isClosed)
            {
                calls.Add((d, state));
                return;
            }
        }

        ThreadPool.QueueUserWorkItem(_ => d(state));
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (Current == this)
        {
            d(state);
            return;
        }

        using var done = new ManualResetEventSlim();
        Exception? failure = null;
        Post(
            _ =>
            {
                try
                {
                    d(state);
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
                finally
                {
                    done.Set();
                }
            },
            null);
        done.Wait();

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs what is posted until the task has ended, and gives its result.</summary>
    public T Await<T>(Task<T> task)
    {
        // Its own post wakes the wait; the task's end may come from any thread.
        task.ContinueWith(_ => Post(static _ => { }, null), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        while (!task.IsCompleted)
        {
            var (call, state) = calls.Take();
            call(state);
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>The cell has ended.</summary>
    /// <param name="giveUp">Whether what still waits of it must not go on.</param>
    public void Close(bool giveUp)
    {
        List<(SendOrPostCallback Call, object? State)> rest = [];

        lock (gate)
        {
            isClosed = true;
            isGivenUp = giveUp;

            while (calls.TryTake(out var call))
            {
                rest.Add(call);
            }
        }

        foreach (var (call, state) in giveUp ? [] : rest)
        {
            ThreadPool.QueueUserWorkItem(_ => call(state));
        }
    }
}
