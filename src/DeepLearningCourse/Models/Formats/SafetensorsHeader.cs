using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using DeepLearningCourse.Data;

namespace DeepLearningCourse.Models.Formats;

/// <summary>The header of a safetensors file, checked: whatever it describes lies inside the file, and no two tensors overlap.</summary>
/// <remarks>Nothing is allocated by what it claims, only by the length that it has.</remarks>
internal sealed class SafetensorsHeader
{
    private readonly string path;

    /// <summary>Reads the header at the stream's beginning.</summary>
    /// <exception cref="WeightFileException">It is no safetensors file, or a damaged one.</exception>
    public SafetensorsHeader(string path, Stream stream)
    {
        this.path = path;
        var root = ReadJson(stream, out var dataStart);
        Metadata = ReadMetadata(root);
        Entries = ReadEntries(root, dataStart, stream.Length - dataStart);
    }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, in the header's order.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    private JsonElement ReadJson(Stream stream, out long dataStart)
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
                + "Weight files are safetensors (.safetensors), PyTorch's (.pt, .pth) or numpy's (.npz).");
        }

        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        dataStart = sizeof(long) + length;
        return Parse(bytes);
    }

    private JsonElement Parse(byte[] bytes)
    {
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

    private Dictionary<string, string> ReadMetadata(JsonElement root)
    {
        try
        {
            return root.TryGetProperty(SafetensorsFormat.Metadata, out var metadata)
                ? metadata.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? "")
                : [];
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            throw new WeightFileException(path, "its metadata is not text by name.", exception);
        }
    }

    private List<SafetensorsEntry> ReadEntries(JsonElement root, long dataStart, long dataLength)
    {
        List<SafetensorsEntry> entries = [];
        HashSet<string> seen = [];

        foreach (var property in root.EnumerateObject())
        {
            var name = NameOf(property);

            if (name == SafetensorsFormat.Metadata)
            {
                continue;
            }

            if (!seen.Add(name))
            {
                throw new WeightFileException(path, $"'{name}' is described twice.");
            }

            entries.Add(ReadEntry(name, property.Value, dataStart, dataLength));
        }

        RequireOrder(entries);
        return entries;
    }

    private string NameOf(JsonProperty property)
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

    private SafetensorsEntry ReadEntry(string name, JsonElement description, long dataStart, long dataLength)
    {
        try
        {
            var type = SafetensorsFormat.TypeOf(description.GetProperty("dtype").GetString())
                ?? throw new WeightFileException(path, $"'{name}' has the type {description.GetProperty("dtype")}, which TorchSharp does not have.");
            var shape = description.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            var offsets = description.GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            var length = shape.Aggregate((long)ElementType.Size(type), (size, dimension) =>
                dimension < 0 ? throw new OverflowException() : checked(size * dimension));

            return offsets[0] >= 0 && offsets[1] <= dataLength && offsets[1] - offsets[0] == length
                ? new SafetensorsEntry(name, type, shape, dataStart + offsets[0], length)
                : throw new WeightFileException(path, $"'{name}' of shape {Shapes.Text(shape)} does not lie inside the file. Was it cut short?");
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException or OverflowException)
        {
            throw new WeightFileException(path, $"the header's entry '{name}' is damaged.", exception);
        }
    }

    private void RequireOrder(List<SafetensorsEntry> entries)
    {
        long end = 0;

        foreach (var entry in entries.Where(entry => entry.Length > 0).OrderBy(entry => entry.Position))
        {
            end = entry.Position >= end
                ? entry.Position + entry.Length
                : throw new WeightFileException(path, $"'{entry.Key}' lies over another tensor.");
        }
    }
}
