using System.Collections.Concurrent;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>Works on requests one after the other, on a thread of its own.</summary>
internal sealed class RequestQueue : IDisposable
{
    private readonly BlockingCollection<Action> work = [];
    private readonly Thread thread;

    public RequestQueue(string name)
    {
        thread = ThreadErrors.NewOwn(name, Loop);
        thread.Start();
    }

    /// <summary>Adds work; does nothing once the queue is closed.</summary>
    public void Add(Action request)
    {
        try
        {
            work.Add(request);
        }
        catch (InvalidOperationException)
        {
            // The kernel is ending, and the client that asks now knows it from the ports.
        }
    }

    /// <summary>Takes no more work, and waits a while for what is begun.</summary>
    public bool Close(TimeSpan patience)
    {
        work.CompleteAdding();
        return thread.Join(patience);
    }

    public void Dispose()
    {
        work.CompleteAdding();

        // A thread that is still in a cell finds the queue closed, when it comes back.
        if (!thread.IsAlive)
        {
            work.Dispose();
        }
    }

    private void Loop()
    {
        foreach (var request in work.GetConsumingEnumerable())
        {
            request();
        }
    }
}
