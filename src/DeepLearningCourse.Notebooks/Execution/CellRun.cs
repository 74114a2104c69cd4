using System.Runtime;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>One run of a cell on the session's thread, which can be interrupted from others.</summary>
internal sealed class CellRun(CellThread thread) : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private readonly Lock gate = new();
    private bool isRunning;
    private bool hasEnded;

    /// <summary>Cancelled when the cell is to end.</summary>
    public CancellationToken Token => cancellation.Token;

    /// <summary>Whether the cell was asked to end.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>Asks the cell to end: a wait is woken, a loop aborted, and a download or a compilation cancelled.</summary>
    public void Interrupt()
    {
        lock (gate)
        {
            if (hasEnded)
            {
                return;
            }

            IsInterrupted = true;

            if (isRunning)
            {
                thread.Wake();
            }
        }

        // The abort of a thread comes back only when the thread has taken it, which the one who asks need not wait for.
        _ = Task.Run(Cancel);
    }

    /// <summary>Runs the cell's own code.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public void Run(Action cell)
    {
        SetRunning(true);

        try
        {
#pragma warning disable SYSLIB0046 // The only way to end a loop that looks at no token; the runtime offers it for hosts like this one.
            ControlledExecution.Run(cell, Token);
#pragma warning restore SYSLIB0046
        }
        finally
        {
            SetRunning(false);
            Calm();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            hasEnded = true;
        }
    }

    private void Cancel()
    {
        try
        {
            cancellation.Cancel();
        }
        catch (AggregateException)
        {
            // A callback of the cell's own code failed; the cell ends all the same.
        }
    }

    private void SetRunning(bool value)
    {
        while (true)
        {
            try
            {
                lock (gate)
                {
                    if (value && IsInterrupted)
                    {
                        throw new OperationCanceledException("The cell was interrupted before it began.");
                    }

                    isRunning = value;
                    return;
                }
            }
            catch (ThreadInterruptedException)
            {
                // The wake came while the lock was waited for.
            }
        }
    }

    /// <summary>A wake that found the thread awake would end its next wait, which is the session's own.</summary>
    private static void Calm()
    {
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
            // That was it.
        }
    }
}
