using System.Globalization;
using Microsoft.Extensions.Logging;

namespace DeepLearningCourse.Hosting;

/// <summary>The runs in the order of the queue, and their file. It is used under the registry's lock.</summary>
internal sealed class RunList : IDisposable
{
    private readonly List<RunEntry> entries;
    private readonly string folder;
    private readonly int keepEnded;
    private readonly ILogger logger;
    private readonly QueueFile file;
    private bool isDisposed;

    /// <summary>Takes the folder for this process and reads its file.</summary>
    /// <exception cref="InvalidOperationException">The folder cannot be had, or a later version wrote the file.</exception>
    public RunList(string folder, int keepEnded, ILogger logger)
    {
        (this.folder, this.keepEnded, this.logger) = (folder, keepEnded, logger);
        file = new QueueFile(folder, logger);

        try
        {
            entries = [.. file.Read().Select(run => new RunEntry(run.Back(FolderOf(run.Id))))];
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Why the file could not be written the last time; null if it was.</summary>
    public string? WriteProblem { get; private set; }

    public IReadOnlyList<TrainingRunStatus> Statuses => [.. entries.Select(entry => entry.Status)];

    public RunEntry? FirstQueued => entries.Find(entry => entry.Status.State == TrainingRunState.Queued);

    public RunEntry? Find(string id) => entries.Find(entry => entry.Status.Id == id);

    public string FolderOf(string id) => Path.Combine(folder, id);

    /// <summary>A name that no run has, nor one that was forgotten: its checkpoints would be taken for this one's.</summary>
    public string NewId(string job)
    {
        for (var number = 1; ; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{job}-{number}");

            if (Find(id) is null && !Directory.Exists(FolderOf(id)))
            {
                return id;
            }
        }
    }

    /// <summary>Puts a run at the end, in the place of one if that is given.</summary>
    /// <exception cref="IOException">That cannot be written; the list is as it was.</exception>
    public void Append(RunEntry entry, RunEntry? instead = null)
    {
        ObjectDisposedException.ThrowIf(isDisposed, typeof(ITrainingQueue));
        RunEntry[] before = [.. entries];
        _ = instead is not null && entries.Remove(instead);
        entries.Add(entry);

        try
        {
            Save();
        }
        catch
        {
            entries.Clear();
            entries.AddRange(before);
            throw;
        }
    }

    /// <summary>Writes the file; where that cannot be, it says so to the log.</summary>
    public void TrySave()
    {
        // Another process may have the folder by now; a run that came to its step too late leaves the file alone.
        if (isDisposed)
        {
            return;
        }

        Forget();

        try
        {
            Save();
        }
        catch (IOException exception)
        {
            HostingLog.NotWritten(logger, exception.Message, exception);
        }
    }

    /// <summary>Leaves the folder to others, and those who wait for a run alone.</summary>
    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            file.Dispose();
            entries.ForEach(entry => entry.Ended.TrySetCanceled());
        }
    }

    private void Forget()
    {
        var ended = entries.Where(entry => entry.Status.IsEnded).OrderBy(entry => entry.Status.EndedAt).ToList();

        foreach (var entry in ended.Take(ended.Count - keepEnded))
        {
            _ = entries.Remove(entry);
        }
    }

    private void Save()
    {
        try
        {
            file.Write(entries.Select(Record));
            WriteProblem = null;
        }
        catch (IOException exception)
        {
            WriteProblem = exception.Message;
            throw;
        }
    }

    /// <summary>A run that was asked to stop is stopped in the file at once: it must not begin again in a process that takes the place of one that was killed.</summary>
    private static QueueRecord.Run Record(RunEntry entry)
    {
        var record = QueueRecord.Run.Of(entry.Status);
        return entry.StopAsked && !entry.Status.IsEnded ? record with { State = TrainingRunState.Stopped } : record;
    }
}
