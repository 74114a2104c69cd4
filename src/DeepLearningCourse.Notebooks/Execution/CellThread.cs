using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>The one thread on which the cells of a session run, with a stack for deep recursion. After an aborted cell it is another one.</summary>
internal sealed class CellThread : IDisposable
{
    private const int StackSize = 64 * 1024 * 1024;

    private readonly BlockingCollection<Action> work = [];
    private volatile Thread thread;
    private bool isLeaving;

    public CellThread() => Start();

    /// <summary>Runs a function on the thread and waits for it.</summary>
    public T Run<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Goes on with a new thread: .NET aborts a loop that calls nothing only once on a thread. The signal by which it stops a thread stays blocked on that one,
    /// and on threads that it starts, so another has to start the new one.
    /// </summary>
    public void Renew()
    {
        _ = Run(() => isLeaving = true);
        thread.Join();
        isLeaving = false;
        Start();
    }

    /// <summary>Wakes the thread if it sleeps or waits.</summary>
    public void Wake() => thread.Interrupt();

    public void Dispose() => work.CompleteAdding();

    private void Loop()
    {
        foreach (var action in work.GetConsumingEnumerable())
        {
            action();

            if (isLeaving)
            {
                return;
            }
        }
    }

    [MemberNotNull(nameof(thread))]
    private void Start()
    {
        thread = ThreadErrors.NewOwn("Notebook cells", Loop, StackSize);
        thread.Start();
    }
}
