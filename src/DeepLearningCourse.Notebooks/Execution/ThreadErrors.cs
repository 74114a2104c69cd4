using System.Runtime.ExceptionServices;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>
/// Exceptions that nothing catches on threads that cells have started, on the thread pool and in finalizers. .NET would end the process with the first of them, and with it the
/// variables of all cells; here the cell that runs, or ran last, hears of them.
/// </summary>
internal static class ThreadErrors
{
    private static readonly Lock Guard = new();
    private static bool isWatching;

    [ThreadStatic]
    private static bool isOwn;

    /// <summary>Begins to watch; .NET takes one watcher, for the whole process and for ever.</summary>
    public static void Watch()
    {
        lock (Guard)
        {
            if (!isWatching)
            {
                ExceptionHandling.SetUnhandledExceptionHandler(Report);
                isWatching = true;
            }
        }
    }

    /// <summary>A thread of this program's own, whose end by an exception would be noticed by nobody: it ends the process.</summary>
    public static Thread NewOwn(string name, Action work, int stackSize = 0) => new(
        () =>
        {
            isOwn = true;
            work();
        },
        stackSize)
    { IsBackground = true, Name = name };

    private static bool Report(Exception exception)
    {
        if (isOwn || CellHost.Output is not { } output)
        {
            return false;
        }

        output.ThreadFailed(CellErrors.OnThread(exception));
        return true;
    }
}
