using System.Text.Json;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>Reads and writes the state dicts of PyTorch, as <c>torch.save(model.state_dict(), path)</c> writes them.</summary>
/// <remarks>
/// What the file describes is read as data: no class is looked up and no function called. A dict whose values are tensors is the state
/// dict; entries of it that are None, numbers, text or bytes are passed over.
/// </remarks>
internal static class TorchFile
{
    /// <summary>The record with the library's own text by name; PyTorch passes over it.</summary>
    internal const string MetadataName = "deeplearningcourse.json";

    /// <summary>Whether a file begins as a zip file does, and so as those of torch.save since PyTorch 1.6.</summary>
    public static bool IsZip(string path)
    {
        using var stream = Open(path);
        return IsZip(stream);
    }

    /// <summary>Whether a file begins as those of torch.save before PyTorch 1.6, which <see cref="Read(string, string?)"/> has a sentence for.</summary>
    public static bool IsOld(string path)
    {
        using var stream = Open(path);
        return ForeignFormat.IsOld(stream);
    }

    /// <summary>The tensors by name, on the CPU; the caller owns them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">Where in a checkpoint the state dict is, with dots between keys. Null takes the whole if it is one, else the
    /// one under a usual key, such as <c>model_state_dict</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is damaged, holds something else than tensors, or no one state dict.</exception>
    public static Dictionary<string, Tensor> Read(string path, string? root = null) => Read(path, whole => StateDict.Find(whole, root));

    /// <summary>The tensors, out of all that a file holds, that are asked for, on the CPU; the caller owns them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="choose">Is given what <see cref="PickleReader"/> made of the file, names the tensors to read, and may throw <see cref="PickleException"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is damaged, holds something else than tensors and plain values, or not what was looked for.</exception>
    public static Dictionary<string, Tensor> Read(string path, Func<object?, Dictionary<string, TensorReference>> choose) => Read(path, (archive, length) =>
    {
        var references = choose(PickleReader.Read(archive.ReadPickle()));
        return new TensorLoader(archive, length).Load(references);
    });

    /// <summary>The text that <see cref="Write(string, IReadOnlyDictionary{string, Tensor}, IReadOnlyDictionary{string, string})"/> was given; empty for files from Python.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is damaged.</exception>
    public static Dictionary<string, string> ReadMetadata(string path) => Read(path, (archive, _) =>
    {
        try
        {
            return archive.ReadText(MetadataName) is { } json ? JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [] : [];
        }
        catch (JsonException exception)
        {
            throw new PickleException("its metadata is not text by name.", exception);
        }
    });

    /// <summary>Writes tensors so that <c>torch.load(path, weights_only=True)</c> reads them, those that share memory as such.</summary>
    /// <param name="path">The file. It is written aside and renamed: an interrupted program leaves the old file.</param>
    /// <param name="tensors">The tensors, of any shape and on any device.</param>
    /// <param name="metadata">Text for <see cref="ReadMetadata"/>.</param>
    /// <exception cref="NotSupportedException">PyTorch has no storage for a tensor's type.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        TorchWriter.Write(path, tensors, metadata);

    /// <summary>Writes a dict of plain values, dicts, lists and tuples with tensors in it, so that <c>torch.load(path)</c> reads it, from PyTorch 2.0 on with <c>weights_only=True</c>.</summary>
    /// <param name="path">The file. It is written aside and renamed: an interrupted program leaves the old file.</param>
    /// <param name="dict">The values as <see cref="PickleReader"/> gives them, with tensors in place of their descriptions.</param>
    /// <param name="metadata">Text for <see cref="ReadMetadata"/>.</param>
    /// <exception cref="NotSupportedException">PyTorch has no storage for a tensor's type.</exception>
    public static void Write(string path, PickleDict dict, IReadOnlyDictionary<string, string> metadata) => TorchWriter.Write(path, dict, metadata);

    private static T Read<T>(string path, Func<TorchArchive, long, T> read)
    {
        using var stream = Open(path);

        try
        {
            if (!IsZip(stream))
            {
                throw new PickleException(ForeignFormat.Problem(stream));
            }

            using TorchArchive archive = new(stream);
            return read(archive, stream.Length);
        }
        catch (PickleException exception)
        {
            throw new WeightFileException(path, exception.Message, exception);
        }
    }

    private static FileStream Open(string path) => File.Exists(path)
        ? File.OpenRead(path)
        : throw new FileNotFoundException($"There is no weight file {path}. Save one first, in Python with torch.save(model.state_dict(), path).", path);

    private static bool IsZip(FileStream stream)
    {
        Span<byte> start = stackalloc byte[4];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return start[..length].SequenceEqual("PK\x03\x04"u8);
    }
}
