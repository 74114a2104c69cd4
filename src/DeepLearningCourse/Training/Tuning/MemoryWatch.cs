namespace DeepLearningCourse.Training.Tuning;

/// <summary>Looks every millisecond how much memory the process uses, until it is disposed.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly ManualResetEventSlim end = new();
    private readonly Thread thread;
    private long peak;

    public MemoryWatch()
    {
        thread = new Thread(Watch) { Name = "memory watch", IsBackground = true };
        thread.Start();
    }

    /// <summary>The most so far, in bytes.</summary>
    public long Peak
    {
        get
        {
            Look();
            return Interlocked.Read(ref peak);
        }
    }

    public void Dispose()
    {
        end.Set();
        thread.Join();
        end.Dispose();
    }

    private void Watch()
    {
        do
        {
            Look();
        }
        while (!end.Wait(1));
    }

    private void Look()
    {
        var now = Environment.WorkingSet;

        for (var seen = Interlocked.Read(ref peak); now > seen; seen = Interlocked.Read(ref peak))
        {
            _ = Interlocked.CompareExchange(ref peak, now, seen);
        }
    }
}
