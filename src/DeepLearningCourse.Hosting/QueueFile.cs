using System.Text;
using System.Text.Json;
using DeepLearningCourse.Runtime;
using Microsoft.Extensions.Logging;

namespace DeepLearningCourse.Hosting;

/// <summary>The queue on the disk. It is written aside and renamed, with the version before beside it, which is taken where the file is damaged all the same.</summary>
internal sealed class QueueFile : IDisposable
{
    private const string Name = "queue.json";
    private const string PreviousName = "queue.previous.json";
    private const string DamagedName = "queue.damaged.json";

    private readonly string folder;
    private readonly ILogger logger;
    private readonly FileStream hold;
    private string? last;

    /// <summary>Takes the folder for this process.</summary>
    /// <exception cref="InvalidOperationException">The folder cannot be written to, or another process has it.</exception>
    public QueueFile(string folder, ILogger logger)
    {
        (this.folder, this.logger) = (folder, logger);
        hold = Hold(folder);
    }

    private string FullName => Path.Combine(folder, Name);

    private string Previous => Path.Combine(folder, PreviousName);

    /// <summary>The runs, in their order; none where there is no file yet, or nothing whole.</summary>
    /// <exception cref="InvalidOperationException">A later version wrote the file.</exception>
    public IReadOnlyList<QueueRecord.Run> Read()
    {
        var isNew = !File.Exists(FullName) && !File.Exists(Previous);

        if (isNew || TryRead(FullName) is not { } record)
        {
            record = isNew ? null : TryRead(Previous);

            if (record is null && !isNew)
            {
                HostingLog.QueueLost(logger, folder);
            }
        }

        return record?.Runs ?? [];
    }

    /// <summary>Writes the runs.</summary>
    /// <exception cref="IOException">It cannot be written; the file is as it was.</exception>
    public void Write(IEnumerable<QueueRecord.Run> runs)
    {
        var text = new QueueRecord { Format = QueueRecord.CurrentFormat, Runs = [.. runs] }.ToJson();

        try
        {
            // From memory, not from the file: what the disk has damaged must not take the place of the last good version.
            if (last is not null)
            {
                Write(Previous, last);
            }

            Write(FullName, text);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }

        last = text;
    }

    /// <summary>Leaves the folder to others.</summary>
    public void Dispose() => hold.Dispose();

    private static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static FileStream Hold(string folder)
    {
        try
        {
            _ = Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, ".queue.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"The trainer service cannot have the folder {folder} for itself: {exception.Message} Is another process of the service running? Stop it, or set {nameof(TrainerServiceOptions)}.{nameof(TrainerServiceOptions.Folder)} to a folder of this one's own that can be written to.",
                exception);
        }
    }

    private QueueRecord? TryRead(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            var record = QueueRecord.FromJson(text);
            RequireKnown(record);
            last = text;
            return record;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException exception)
        {
            HostingLog.QueueDamaged(logger, path, DamagedName, exception.Message);
            File.Move(path, Path.Combine(folder, DamagedName), overwrite: true);
            return null;
        }
    }

    private void RequireKnown(QueueRecord record)
    {
        if (record.Format > QueueRecord.CurrentFormat)
        {
            throw new InvalidOperationException(
                $"{FullName} was written by a later version, in format {record.Format}, and this version reads up to {QueueRecord.CurrentFormat}. Use that version or a later one.");
        }
    }
}
