using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Formats;

namespace DeepLearningCourse.Models.Formats;

/// <summary>The header of a safetensors file, checked: its tensors lie one after the other, in whatever order they are named, and nothing else is in the file.</summary>
/// <remarks>
/// Nothing is allocated by what it claims, only by the length that it has. The format has no sums, so changed numbers are not noticed; its rules
/// (<see href="https://github.com/huggingface/safetensors#format">the format</see>): the header begins with a brace and may end in spaces, no key comes twice, no byte
/// belongs to no tensor or to two.
/// </remarks>
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
            return bytes[0] == '{' && document.RootElement.ValueKind == JsonValueKind.Object
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

            if (!seen.Add(name))
            {
                throw new WeightFileException(path, $"'{Excerpt.Of(name)}' is described twice.");
            }

            if (name != SafetensorsFormat.Metadata)
            {
                entries.Add(ReadEntry(name, property.Value, dataStart, dataLength));
            }
        }

        RequireOrder(entries, dataStart, dataStart + dataLength);
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
        var shown = Excerpt.Of(name);

        try
        {
            if (description.EnumerateObject().CountBy(NameOf).Any(key => key.Value > 1))
            {
                throw new WeightFileException(path, $"the header's entry '{shown}' has a key twice.");
            }

            var type = SafetensorsFormat.TypeOf(description.GetProperty("dtype").GetString())
                ?? throw new WeightFileException(path, $"'{shown}' has the type {Excerpt.Of(description.GetProperty("dtype").ToString())}, which TorchSharp does not have.");
            var shape = description.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            var offsets = description.GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt64()).ToArray();
            var length = shape.Aggregate((long)ElementType.Size(type), (size, dimension) =>
                dimension < 0 ? throw new OverflowException() : checked(size * dimension));

            return offsets is [var start, var end] && start >= 0 && end <= dataLength && end - start == length
                ? new SafetensorsEntry(name, type, shape, dataStart + start, length)
                : throw new WeightFileException(path, $"'{shown}' of shape {Excerpt.Of(Shapes.Text(shape))} does not lie inside the file. Was it cut short?");
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException or OverflowException)
        {
            throw new WeightFileException(path, $"the header's entry '{shown}' is damaged.", exception);
        }
    }

    private void RequireOrder(List<SafetensorsEntry> entries, long dataStart, long fileLength)
    {
        var end = dataStart;

        // Empty tensors lie between others, at the place where the next begins.
        foreach (var entry in entries.OrderBy(entry => entry.Position).ThenBy(entry => entry.Length))
        {
            if (entry.Position < end)
            {
                throw new WeightFileException(path, $"'{Excerpt.Of(entry.Key)}' lies over another tensor.");
            }

            RequireNoHole(entry.Position - end, $"before '{Excerpt.Of(entry.Key)}'");
            end = entry.Position + entry.Length;
        }

        RequireNoHole(fileLength - end, "at its end");
    }

    private void RequireNoHole(long length, string where)
    {
        if (length > 0)
        {
            throw new WeightFileException(path, $"{length} bytes {where} belong to no tensor. It is damaged, or what wrote it does not keep to the format: save it again with safetensors.");
        }
    }
}
