using System.IO.Compression;
using System.Text;
using DeepLearningCourse.Data.Formats;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>The zip file that torch.save writes: a pickle, and a record for each storage.</summary>
/// <remarks>What is read is compared with the sums in the file, unless PyTorch was told to leave out all of them (<c>torch.serialization.set_crc32_options</c>).</remarks>
internal sealed class TorchArchive : IDisposable
{
    private const string PickleName = "data.pkl";
    private const int MaxText = 1 << 24;

    private readonly CheckedZip zip;
    private readonly long fileLength;
    private readonly string folder;
    private readonly Dictionary<string, ZipArchiveEntry> entries = [];

    /// <summary>Opens the archive in a file, which is closed with it.</summary>
    /// <exception cref="PickleException">It is not an archive of torch.save.</exception>
    public TorchArchive(FileStream stream)
    {
        fileLength = stream.Length;
        zip = Legible(() => new CheckedZip(stream, mayLackSums: true));

        foreach (var entry in zip.Entries)
        {
            if (!entries.TryAdd(entry.FullName, entry))
            {
                throw new PickleException($"it has two records '{PickleRefusals.Short(entry.FullName)}'. It is damaged.");
            }
        }

        folder = Folder();
    }

    /// <summary>The pickle that describes the tensors.</summary>
    public byte[] ReadPickle()
    {
        CheckByteOrder();
        return ReadAll(folder + PickleName, Math.Max(fileLength, MaxText));
    }

    /// <summary>A small record as text; null if there is none.</summary>
    public string? ReadText(string name) =>
        entries.ContainsKey(folder + name) ? Encoding.UTF8.GetString(ReadAll(folder + name, MaxText)) : null;

    /// <summary>How many bytes a storage has.</summary>
    public long LengthOf(StorageReference storage) => Entry(StorageName(storage)).Length;

    /// <summary>Opens a storage's record and reads from it.</summary>
    public void ReadStorage(StorageReference storage, Action<Stream> read) => Legible(() =>
    {
        zip.Read(Entry(StorageName(storage)), read);
        return true;
    });

    public void Dispose() => zip.Dispose();

    private string StorageName(StorageReference storage) => $"{folder}data/{storage.Key}";

    private string Folder()
    {
        if (entries.Keys.Any(name => name == "constants.pkl" || name.EndsWith("/constants.pkl", StringComparison.Ordinal)))
        {
            throw new PickleException("it is a TorchScript program, as torch.jit.save writes it, and not a state dict. "
                + "Load it in Python and save its weights alone: torch.save(torch.jit.load(path).state_dict(), other_path).");
        }

        var pickle = entries.Keys
            .Where(name => name == PickleName || name.EndsWith("/" + PickleName, StringComparison.Ordinal))
            .MinBy(name => name.Length)
            ?? throw new PickleException($"it is a zip file without the record {PickleName}, so torch.save did not write it.");
        return pickle[..^PickleName.Length];
    }

    private void CheckByteOrder()
    {
        if (ReadText("byteorder") is { } order && order.Trim() != "little")
        {
            throw new PickleException($"its numbers are in the byte order '{PickleRefusals.Short(order)}', and only 'little' is read. "
                + "Save it again on a computer of the usual kind.");
        }
    }

    private byte[] ReadAll(string name, long limit)
    {
        var entry = Entry(name);

        if (entry.Length > limit)
        {
            throw new PickleException($"its record {PickleRefusals.Short(name)} of {entry.Length} bytes is too long.");
        }

        return Legible(() =>
        {
            using MemoryStream buffer = new();
            zip.Read(entry, stream => stream.CopyTo(buffer));
            return buffer.ToArray();
        });
    }

    /// <summary>A record whose length can be believed: what a zip file says of it may be a lie.</summary>
    private ZipArchiveEntry Entry(string name)
    {
        if (!entries.TryGetValue(name, out var entry))
        {
            throw new PickleException($"its record {PickleRefusals.Short(name)} is missing. It is damaged.");
        }

        return Legible(() =>
        {
            zip.RequireRoom(entry);
            return entry;
        });
    }

    /// <summary>.NET's zip reader has several ways to say that a file is damaged.</summary>
    private static T Legible<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ZipDamageException exception)
        {
            throw new PickleException(exception.Message, exception);
        }
        catch (Exception exception) when (
            exception is IOException or InvalidDataException or NotSupportedException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new PickleException($"it is not a whole zip file: {exception.Message} Was it cut short?", exception);
        }
    }
}
