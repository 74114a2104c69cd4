using System.Diagnostics;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>How much memory the process uses at most, from now on until it is disposed.</summary>
/// <remarks>Linux keeps the peak and can begin it anew; elsewhere a thread looks every millisecond.</remarks>
internal sealed class MemoryWatch : IDisposable
{
    private readonly ManualResetEventSlim end = new();
    private readonly Thread? thread;
    private long peak;

    public MemoryWatch()
        : this(systemKeepsPeak: BeginPeakAnew())
    {
    }

    internal MemoryWatch(bool systemKeepsPeak)
    {
        if (!systemKeepsPeak)
        {
            thread = new Thread(Watch) { Name = "memory watch", IsBackground = true };
            thread.Start();
        }
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
        thread?.Join();
        end.Dispose();
    }

    // https://docs.kernel.org/filesystems/proc.html: 5 resets the peak resident set size.
    private static bool BeginPeakAnew()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long KeptPeak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
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
        var now = thread is null ? KeptPeak() : Environment.WorkingSet;

        for (var seen = Interlocked.Read(ref peak); now > seen; seen = Interlocked.Read(ref peak))
        {
            _ = Interlocked.CompareExchange(ref peak, now, seen);
        }
    }
}
