using System.IO.Compression;
using DeepLearningCourse.Data.Formats;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Several arrays by name in one <c>.npz</c> file, as numpy's savez and savez_compressed write them.</summary>
/// <remarks>
/// Opening reads the names only; each array is read when it is asked for, and compared with its sum in the file. See
/// <see href="https://numpy.org/doc/stable/reference/generated/numpy.savez.html">numpy.savez</see> and <see cref="Npy"/>.
/// </remarks>
/// <example>
/// <code>
/// using var file = NpzFile.Open("data.npz");
/// using var data = new InMemoryDataset(file.Read("X"), file.Read("y"));
/// </code>
/// </example>
public sealed class NpzFile : IDisposable
{
    private const string Suffix = ".npy";

    private readonly string path;
    private readonly CheckedZip archive;
    private readonly Dictionary<string, ZipArchiveEntry> entries = [];

    private NpzFile(string path, CheckedZip archive)
    {
        (this.path, this.archive) = (path, archive);

        foreach (var entry in archive.Entries)
        {
            var name = entry.FullName.EndsWith(Suffix, StringComparison.Ordinal) ? entry.FullName[..^Suffix.Length] : entry.FullName;

            if (!entries.TryAdd(name, entry))
            {
                throw new InvalidDataException($"{path} has two arrays named '{Excerpt.Of(name)}'. It is damaged, or not from numpy.");
            }
        }
    }

    /// <summary>The arrays' names.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file; dispose it to close it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no zip file, or a damaged one.</exception>
    public static NpzFile Open(string path)
    {
        var stream = Gzip.OpenPlain(path);

        try
        {
            return Legible(path, () => new NpzFile(path, new CheckedZip(stream)));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads one array.</summary>
    /// <param name="name">Its name, without <c>.npy</c>.</param>
    /// <returns>A new tensor on the processor.</returns>
    /// <exception cref="ArgumentException">There is no array of that name.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or holds something else than numbers.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);

        if (!entries.TryGetValue(name, out var entry))
        {
            throw new ArgumentException($"{path} has no array '{name}'. It has {Excerpt.Of(Names)}.", nameof(name));
        }

        return Legible(path, () =>
        {
            using var scope = NewDisposeScope();
            Tensor? array = null;
            archive.Read(entry, stream => array = Npy.Read(stream, entry.Length, $"{path}, array '{Excerpt.Of(name)}',"));
            return array!.MoveToOuterDisposeScope();
        });
    }

    /// <summary>Reads all arrays.</summary>
    /// <returns>New tensors by name, the caller's to dispose.</returns>
    /// <exception cref="InvalidDataException">One is damaged, or holds something else than numbers.</exception>
    public Dictionary<string, Tensor> ReadAll()
    {
        using var scope = NewDisposeScope();
        var all = Names.ToDictionary(name => name, Read);

        foreach (var tensor in all.Values)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return all;
    }

    /// <summary>Writes tensors by name.</summary>
    /// <param name="path">The file. It is written aside and renamed: an interrupted program leaves the old file.</param>
    /// <param name="tensors">The tensors, of any shape and on any device.</param>
    /// <param name="compress">Whether to compress them, as numpy.savez_compressed does.</param>
    /// <exception cref="NotSupportedException">numpy has no type for a tensor's dtype (bfloat16).</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, bool compress = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var headers = tensors.ToDictionary(pair => pair.Key, pair => NpyHeader.For(pair.Value.dtype, pair.Value.shape));

        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);

            foreach (var (name, tensor) in tensors)
            {
                using var entry = archive.CreateEntry(name + Suffix, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression).Open();
                Npy.Write(entry, headers[name], tensor);
            }
        });
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => archive.Dispose();

    /// <summary>.NET's zip reader has several ways to say that a file is damaged.</summary>
    private static T Legible<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ZipDamageException exception)
        {
            throw new InvalidDataException($"{path} is not a whole .npz file: {exception.Message}", exception);
        }
        catch (Exception exception) when (
            exception is IOException or NotSupportedException or ArgumentException or IndexOutOfRangeException or OverflowException
            || (exception is InvalidDataException && !exception.Message.StartsWith(path, StringComparison.Ordinal)))
        {
            throw new InvalidDataException($"{path} is not a whole .npz file: {exception.Message} Was it cut short?", exception);
        }
    }
}
