using System.Collections.Concurrent;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>The one thread on which all cells of a session run, with a stack for deep recursion.</summary>
internal sealed class CellThread : IDisposable
{
    private const int StackSize = 64 * 1024 * 1024;

    private readonly BlockingCollection<Action> work = [];
    private readonly Thread thread;

    public CellThread()
    {
        thread = new Thread(Loop, StackSize) { IsBackground = true, Name = "Notebook cells" };
        thread.Start();
    }

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

    /// <summary>Wakes the thread if it sleeps or waits.</summary>
    public void Wake() => thread.Interrupt();

    public void Dispose() => work.CompleteAdding();

    private void Loop()
    {
        foreach (var action in work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
