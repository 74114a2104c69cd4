namespace DeepLearningCourse.Data.Loading;

/// <summary>Ends the waits of a thread that reads data which nobody wants any more: sleeps, locks, tasks, processes, and most of .NET's waits for a network.</summary>
/// <remarks>What is being read has a moment to end by itself first. A call into the system that does not come back, or endless arithmetic, cannot be ended: a thread cannot
/// be killed.</remarks>
internal sealed class WaitBreaker : IDisposable
{
    /// <summary>How long those who read have to end by themselves, once nobody wants what they read.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private const int Outside = 0;
    private const int Inside = 1;
    private const int Breaking = 2;
    private const int Broken = 3;

    private readonly Lock gate = new();
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenRegistration registration;
    private Thread? reader;
    private Timer? timer;
    private bool disposed;
    private int state;

    public WaitBreaker(CancellationToken cancellation)
    {
        this.cancellation = cancellation;
        registration = cancellation.UnsafeRegister(static breaker => ((WaitBreaker)breaker!).Ask(), this);
    }

    /// <summary>Whether a thread reads between <see cref="Enter"/> and <see cref="Leave"/>.</summary>
    public bool IsReading => Volatile.Read(ref state) != Outside;

    /// <summary>Whether a wait of the thread that reads was ended, or its next one will be.</summary>
    public bool HasBroken => Volatile.Read(ref state) is Breaking or Broken;

    /// <summary>The calling thread begins to read.</summary>
    public void Enter()
    {
        reader = Thread.CurrentThread;
        Volatile.Write(ref state, Inside);
    }

    /// <summary>The calling thread has read: no wait of its own is ended from here on.</summary>
    public void Leave()
    {
        if (Interlocked.CompareExchange(ref state, Outside, Inside) == Inside)
        {
            return;
        }

        // An interrupt is under way. Nothing may wait here before it has come, or it would hit this wait.
        while (Interlocked.CompareExchange(ref state, Outside, Broken) != Broken)
        {
            Thread.SpinWait(20);
        }

        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
            // It came too late for what was read.
        }
    }

    /// <summary>Reads, unless nobody wants it any more.</summary>
    /// <exception cref="OperationCanceledException">Nobody does.</exception>
    public T Read<T>(Func<T> read, bool evenIfCancelled = false)
    {
        if (!evenIfCancelled)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        Enter();

        try
        {
            // What came of a wait that was ended may be anything.
            var result = read();
            return HasBroken ? throw new OperationCanceledException(cancellation) : result;
        }
        catch (Exception) when (HasBroken)
        {
            throw new OperationCanceledException(cancellation);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Says, from any thread, that nobody wants what is being read.</summary>
    public void Ask()
    {
        lock (gate)
        {
            if (!disposed)
            {
                // Again and again: what is read may catch the first one and try once more. Not too soon: what ends may have to wait for its own parts.
                timer ??= new Timer(static breaker => ((WaitBreaker)breaker!).Break(), this, Patience, 4 * Patience);
            }
        }
    }

    public void Dispose()
    {
        registration.Dispose();

        lock (gate)
        {
            disposed = true;
            timer?.Dispose();
        }
    }

    private void Break()
    {
        var seen = Volatile.Read(ref state);

        if (seen is Inside or Broken && Interlocked.CompareExchange(ref state, Breaking, seen) == seen)
        {
            reader!.Interrupt();
            Volatile.Write(ref state, Broken);
        }
    }
}
