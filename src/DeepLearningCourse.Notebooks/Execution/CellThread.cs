using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>
/// The one thread on which all cells run: TorchSharp keeps gradient mode and dispose scopes per thread. What a cell awaits comes back to it.
/// </summary>
internal sealed class CellThread : IDisposable
{
    // Networks are deep and cells recursive at times; a program's main thread has eight megabytes too.
    private const int StackBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan TimeToGiveUpByItself = TimeSpan.FromMilliseconds(300);

    private readonly BlockingCollection<Action> work = [];
    private readonly Thread thread;
    private readonly Lock guard = new();
    private CancellationTokenSource? running;

    public CellThread()
    {
        thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = "Notebook cells" };
        thread.Start();
    }

    /// <summary>Runs something on the thread, awaits included, and waits for it; false if it was interrupted.</summary>
    public bool Run(Func<Task> cell)
    {
        using CancellationTokenSource interrupt = new();
        using ManualResetEventSlim ended = new();
        var completed = false;
        Exception? failure = null;

        work.Add(() =>
        {
            lock (guard)
            {
                running = interrupt;
            }

            try
            {
                completed = RunInterruptibly(cell, interrupt.Token);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
            finally
            {
                lock (guard)
                {
                    running = null;
                }

                ForgetInterrupt();
                ended.Set();
            }
        });
        ended.Wait();
        return failure is null ? completed : throw failure;
    }

    /// <summary>Ends what runs: a sleep or wait by waking it, a loop by an abort, an await by no longer waiting.</summary>
    public void Interrupt()
    {
        CancellationTokenSource? mine;

        lock (guard)
        {
            mine = running;

            if (mine is null)
            {
                return;
            }

            thread.Interrupt();
        }

        // A wait that was woken ends the cell with its variables kept; only a loop has to be aborted.
        _ = Task.Delay(TimeToGiveUpByItself).ContinueWith(_ => Abort(mine), TaskScheduler.Default);
    }

    public void Dispose() => work.CompleteAdding();

    private void Abort(CancellationTokenSource mine)
    {
        lock (guard)
        {
            if (ReferenceEquals(running, mine))
            {
                mine.Cancel();
            }
        }
    }

    [SuppressMessage("Design", "SYSLIB0046", Justification = "A cell without a token is ended as in every notebook; nothing else can end a loop.")]
    private static bool RunInterruptibly(Func<Task> cell, CancellationToken token)
    {
        try
        {
            var completed = false;
#pragma warning disable SYSLIB0046
            ControlledExecution.Run(() => completed = Pump(cell), token);
#pragma warning restore SYSLIB0046
            return completed;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Runs the cell and whatever its awaits bring back, until it is done; false if the wait for it was interrupted.</summary>
    private static bool Pump(Func<Task> cell)
    {
        using CellContext context = new();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);

        try
        {
            var task = cell();
            task.ContinueWith(_ => context.Complete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            context.RunUntilComplete();
            task.GetAwaiter().GetResult();
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    // An interrupt that found nothing to wake would end the next cell's first wait.
    private static void ForgetInterrupt()
    {
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
            // It was for the cell that has ended.
        }
    }

    private void Loop()
    {
        foreach (var action in work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
