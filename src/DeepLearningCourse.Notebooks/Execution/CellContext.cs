using System.Collections.Concurrent;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>Brings what a cell awaited back to the cell's thread.</summary>
internal sealed class CellContext : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> queue = [];

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            queue.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The cell has ended or was interrupted: what it had left behind goes on elsewhere.
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }

    public void Complete()
    {
        try
        {
            queue.CompleteAdding();
        }
        catch (ObjectDisposedException)
        {
            // Interrupted before the awaited work was done.
        }
    }

    public void RunUntilComplete()
    {
        foreach (var (callback, state) in queue.GetConsumingEnumerable())
        {
            callback(state);
        }
    }

    public void Dispose() => queue.Dispose();
}
