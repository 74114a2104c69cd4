using System.Diagnostics;
using DeepLearningCourse.Notebooks.Documents;

namespace DeepLearningCourse.Notebooks.Commands;

/// <summary>
/// Keeps a notebook's file up to date while its cells run, for a run that is killed. Small files are written after each cell; those that take long to write as often as costs
/// no more than a tenth of the time.
/// </summary>
/// <param name="document">The notebook.</param>
/// <param name="target">The file; null to write nothing.</param>
internal sealed class NotebookSaver(NotebookDocument document, string? target) : IDisposable
{
    private static readonly TimeSpan Free = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Stopwatch time = Stopwatch.StartNew();
    private readonly Stopwatch writing = new();
    private Timer? timer;
    private bool isChanged;

    /// <summary>Changes the notebook's cells. The file follows, now or within a while.</summary>
    public void Change(Action change)
    {
        lock (gate)
        {
            change();
            isChanged = true;
            SaveIfCheap();
            timer ??= target is null ? null : new Timer(_ => SaveLate(), null, BetweenLooks, BetweenLooks);
        }
    }

    /// <summary>Changes the notebook's cells for the last time, and writes the file.</summary>
    /// <exception cref="NotebookException">The file cannot be written.</exception>
    public void Finish(Action change)
    {
        lock (gate)
        {
            try
            {
                change();
            }
            finally
            {
                Dispose();
                if (target is not null)
                {
                    document.Write(target);
                }
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
            isChanged = false;
        }
    }

    private void SaveLate()
    {
        lock (gate)
        {
            SaveIfCheap();
        }
    }

    private void SaveIfCheap()
    {
        if (target is null || !isChanged || writing.Elapsed > Free + (time.Elapsed / 10))
        {
            return;
        }

        writing.Start();
        try
        {
            document.Write(target);
            isChanged = false;
        }
        catch (NotebookException)
        {
            // A disk that is full now may have room at the end, which says so if it has not.
        }
        finally
        {
            writing.Stop();
        }
    }
}
