using System.Buffers.Binary;
using System.Text.Json;
using System.Text;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Reads a safetensors file; a hostile or torn one is refused before anything is allocated for it.</summary>
internal static class SafetensorsReader
{
    /// <summary>The tensors by key, on the CPU; the caller owns them.</summary>
    public static Dictionary<string, Tensor> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no weight file {path}. Save one first with model.SaveWeights(path).", path);
        }

        using var stream = File.OpenRead(path);
        var header = ReadHeader(path, stream);
        var dataStart = stream.Position;
        Dictionary<string, Tensor> tensors = [];
        try
        {
            foreach (var entry in Entries(path, header, stream.Length - dataStart))
            {
                stream.Position = dataStart + entry.Start;
                tensors.Add(entry.Key, ReadTensor(stream, entry));
            }

            return tensors;
        }
        catch
        {
            foreach (var tensor in tensors.Values)
            {
                tensor.Dispose();
            }

            throw;
        }
    }

    /// <summary>The free text of the header, by key.</summary>
    public static Dictionary<string, string> ReadMetadata(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no weight file {path}. Save one first with model.SaveWeights(path).", path);
        }

        using var stream = File.OpenRead(path);

        try
        {
            return ReadHeader(path, stream).TryGetProperty(SafetensorsFormat.Metadata, out var metadata)
                ? metadata.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? "")
                : [];
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw new WeightFileException(path, "its metadata is not text by name.", exception);
        }
    }

    private static JsonElement ReadHeader(string path, FileStream stream)
    {
        Span<byte> lengthBytes = stackalloc byte[sizeof(long)];
        if (stream.ReadAtLeast(lengthBytes, lengthBytes.Length, throwOnEndOfStream: false) < lengthBytes.Length)
        {
            throw new WeightFileException(path, $"it has {stream.Length} bytes, too few for a safetensors file. Was it cut short?");
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(lengthBytes);
        if (length < 2 || length > SafetensorsFormat.MaxHeader || length > stream.Length - sizeof(long))
        {
            throw new WeightFileException(path, "its first eight bytes are not the length of a safetensors header. "
                + "Weights are saved with model.SaveWeights(path); files of torch.save are another format.");
        }

        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        try
        {
            // Strict decoding first: the parser would only stumble over broken text later, name by name.
            using var document = JsonDocument.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new WeightFileException(path, "its header is not a JSON object.");
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException)
        {
            throw new WeightFileException(path, "its header is not JSON.", exception);
        }
    }

    private static List<Entry> Entries(string path, JsonElement header, long dataLength)
    {
        List<Entry> entries = [];
        HashSet<string> seen = [];
        foreach (var property in header.EnumerateObject())
        {
            var name = NameOf(path, property);
            if (name == SafetensorsFormat.Metadata)
            {
                continue;
            }

            var entry = ParseEntry(path, name, property.Value);
            if (!seen.Add(entry.Key))
            {
                throw new WeightFileException(path, $"'{entry.Key}' is described twice.");
            }

            if (entry.Start < 0 || entry.End > dataLength || entry.End - entry.Start != entry.Bytes)
            {
                throw new WeightFileException(path,
                    $"'{entry.Key}' of shape {Shapes.Text(entry.Shape)} does not lie inside the file. Was it cut short?");
            }

            entries.Add(entry);
        }

        return entries;
    }

    private static string NameOf(string path, JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException exception)
        {
            throw new WeightFileException(path, "its header holds a name that is not text.", exception);
        }
    }

    private static Entry ParseEntry(string path, string name, JsonElement description)
    {
        try
        {
            var type = SafetensorsFormat.TypeOf(description.GetProperty("dtype").GetString())
                ?? throw new WeightFileException(path, $"'{name}' has the unknown type {description.GetProperty("dtype")}.");
            var shape = description.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            var offsets = description.GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            var bytes = shape.Aggregate((long)SizeOf(type), (size, dimension) =>
                dimension < 0 ? throw new OverflowException() : checked(size * dimension));
            return new Entry(name, type, shape, offsets[0], offsets[1], bytes);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException or OverflowException)
        {
            throw new WeightFileException(path, $"the header's entry '{name}' is damaged.", exception);
        }
    }

    private static Tensor ReadTensor(FileStream stream, Entry entry)
    {
        var tensor = empty(entry.Shape, dtype: entry.Type);
        try
        {
            foreach (var part in SafetensorsFormat.Parts(tensor))
            {
                stream.ReadExactly(part.bytes);
            }

            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 or ScalarType.Int64 => 8,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        _ => 1,
    };

    private sealed record Entry(string Key, ScalarType Type, long[] Shape, long Start, long End, long Bytes);
}
