using System.Text;
using System.Text.Json;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Pickle;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>Which format a weight file has: told by its name when it is written, and by its contents when it is read.</summary>
internal static class WeightFormats
{
    // numpy's files have no place for text: it goes as an array of bytes under this name.
    private const string NpzMetadata = "__metadata__";

    /// <summary>Opens a file of any format.</summary>
    /// <param name="path">The file, or the name that an index belongs to.</param>
    /// <param name="mapped">Whether safetensors come as memory maps.</param>
    /// <param name="root">Where in a checkpoint of PyTorch the weights are; null to look for them.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFileException">It is no weight file, or a damaged one.</exception>
    public static WeightSource Open(string path, bool mapped = false, string? root = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WeightSource Safetensors(string file) => mapped ? new MappedWeights(file) : new SafetensorsSource(file);

        if (!File.Exists(path))
        {
            return File.Exists(path + ShardIndex.Extension)
                ? new ShardedSource(path + ShardIndex.Extension, Safetensors)
                : throw new FileNotFoundException($"There is no weight file {path}. Save one first with model.SaveWeights(path).", path);
        }

        if (path.EndsWith(ShardIndex.Extension, StringComparison.OrdinalIgnoreCase))
        {
            return new ShardedSource(path, Safetensors);
        }

        if (IsPyTorch(path))
        {
            // The text first: when it is damaged there are no tensors to dispose yet.
            var metadata = TorchFile.ReadMetadata(path);
            return new TensorSource(TorchFile.Read(path, root), metadata, owned: true);
        }

        if (root is not null)
        {
            throw new ArgumentException($"{path} is not a file of PyTorch, whose checkpoints have weights under names such as '{root}'. Leave root out.", nameof(root));
        }

        return path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase) ? OpenNpz(path) : Safetensors(path);
    }

    /// <summary>Writes a file in the format that its name asks for.</summary>
    /// <exception cref="ArgumentException">No format has that ending, or it does not come in parts.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata, long? maxShardBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        if (maxShardBytes is < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(maxShardBytes), $"maxShardBytes is {maxShardBytes}: a file needs one byte at least; 2L << 30 is usual.");
        }

        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".NPZ" when maxShardBytes is null:
                WriteNpz(path, tensors, metadata);
                break;
            case ".PT" or ".PTH" when maxShardBytes is null:
                TorchFile.Write(path, tensors, metadata);
                break;
            case not ".SAFETENSORS" when maxShardBytes is not null:
                throw new ArgumentException($"Only .safetensors files come in several parts, and {path} is to be another. Leave maxShardBytes out, or change the name.", nameof(maxShardBytes));
            case ".SAFETENSORS" or "":
                WriteSafetensors(path, tensors, metadata, maxShardBytes);
                break;
            default:
                throw new ArgumentException(
                    $"The name {Path.GetFileName(path)} does not say a format of weights: end it in .safetensors, .pt or .pth (PyTorch) or .npz (numpy).", nameof(path));
        }
    }

    // Other programs call PyTorch's files what they like: zip files and pickles are its own, unless they are numpy's.
    private static bool IsPyTorch(string path)
    {
        var extension = Path.GetExtension(path).ToUpperInvariant();

        if (extension is ".NPZ" or ".SAFETENSORS")
        {
            return false;
        }

        return extension is ".PT" or ".PTH" || TorchFile.IsZip(path) || TorchFile.IsOld(path);
    }

    private static void WriteSafetensors(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata, long? maxShardBytes)
    {
        if (tensors.Values.Sum(tensor => tensor.numel() * tensor.element_size()) > maxShardBytes)
        {
            ShardWriter.Write(path, tensors, metadata, maxShardBytes.Value);
            return;
        }

        SafetensorsWriter.Write(path, tensors, metadata);
        ShardWriter.DeleteShardsOf(path);
    }

    private static void WriteNpz(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var text = tensor(JsonSerializer.SerializeToUtf8Bytes(metadata));
        NpzFile.Write(path, new Dictionary<string, Tensor>(tensors) { [NpzMetadata] = text });
    }

    private static TensorSource OpenNpz(string path)
    {
        try
        {
            using var file = NpzFile.Open(path);
            var tensors = file.ReadAll();
            return new TensorSource(tensors, TakeMetadata(path, tensors), owned: true);
        }
        catch (InvalidDataException exception)
        {
            throw new WeightFileException(path, exception.Message, exception);
        }
    }

    private static Dictionary<string, string> TakeMetadata(string path, Dictionary<string, Tensor> tensors)
    {
        if (!tensors.Remove(NpzMetadata, out var text))
        {
            return [];
        }

        try
        {
            using (text)
            {
                return JsonSerializer.Deserialize<Dictionary<string, string>>(Encoding.UTF8.GetString(text.bytes)) ?? [];
            }
        }
        catch (JsonException exception)
        {
            foreach (var tensor in tensors.Values)
            {
                tensor.Dispose();
            }

            throw new WeightFileException(path, "its metadata is not text by name.", exception);
        }
    }
}
