using System.IO.Compression;

namespace DeepLearningCourse.Data.Formats;

/// <summary>A zip file whose records are compared with their names, lengths and sums, which .NET's reader does not.</summary>
/// <remarks>Whatever of a record is needed, all of it is read, for its sum (CRC-32) is that of the whole.</remarks>
internal sealed class CheckedZip : IDisposable
{
    private readonly ZipArchive archive;
    private readonly long fileLength;
    private readonly bool hasSums;

    /// <summary>Opens the archive in a file, which is closed with it.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="mayLackSums">Whether the writer may have left out all sums, as PyTorch does when asked to: they are zero then.</param>
    /// <exception cref="ZipDamageException">A record is named otherwise where it lies than in the directory.</exception>
    public CheckedZip(FileStream stream, bool mayLackSums = false)
    {
        fileLength = stream.Length;
        archive = new ZipArchive(stream, ZipArchiveMode.Read);

        try
        {
            // Reads the directory, and compares the number of its entries with the file's end.
            hasSums = !mayLackSums || archive.Entries.Any(entry => entry is { Length: > 0, Crc32: not 0 });
            new ZipNames(stream).Require(archive.Entries.Count);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    public IReadOnlyList<ZipArchiveEntry> Entries => archive.Entries;

    /// <summary>Refuses a length that the file cannot have: what a zip file says of it may be a lie.</summary>
    /// <exception cref="ZipDamageException">It is one.</exception>
    public void RequireRoom(ZipArchiveEntry entry)
    {
        if (entry.Length < 0 || entry.CompressedLength < 0 || entry.CompressedLength > fileLength
            || entry.Length > (entry.CompressedLength * Gzip.MaxRatio) + 64)
        {
            throw new ZipDamageException($"its record '{Excerpt.Of(entry.FullName)}' says that it has {entry.Length} bytes, which the file has no room for. It is damaged.");
        }
    }

    /// <summary>Reads a record, and then what is left of it; what was made of it may be used only if this returns.</summary>
    /// <exception cref="ZipDamageException">Its bytes are not those that were written.</exception>
    public void Read(ZipArchiveEntry entry, Action<Stream> read)
    {
        RequireRoom(entry);
        using var content = entry.Open();

        if (!hasSums)
        {
            read(content);
            return;
        }

        using ChecksumStream stream = new(content);
        read(stream);
        Drain(stream, entry.Length);

        if (stream.Length != entry.Length || stream.Checksum != entry.Crc32)
        {
            throw new ZipDamageException(
                $"its record '{Excerpt.Of(entry.FullName)}' has other bytes than were written: {stream.Length} with the sum {stream.Checksum:X8} in place of "
                + $"{entry.Length} with {entry.Crc32:X8}. The file is damaged: copy or fetch it again.");
        }
    }

    public void Dispose() => archive.Dispose();

    private static void Drain(ChecksumStream stream, long length)
    {
        // No longer than the record claims to be: it may be one that never ends.
        for (var rest = new byte[stream.Length < length ? 1 << 16 : 1]; stream.Length <= length && stream.Read(rest) > 0;)
        {
        }
    }
}
