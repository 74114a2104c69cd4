using System.Buffers.Binary;
using System.Text.Json;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>Writes a safetensors file: the header's length, the header as JSON, the tensors' bytes.</summary>
internal static class SafetensorsWriter
{
    // The data starts at a multiple of this, as the reference implementation aligns it.
    private const int Alignment = 8;

    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        // Wide numbers first, so that each tensor lies at a multiple of its own width and can be used where it lies.
        var ordered = tensors.OrderByDescending(entry => entry.Value.element_size()).ToList();
        var header = Header(ordered, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (_, tensor) in ordered)
            {
                using var scope = NewDisposeScope();
                foreach (var part in SafetensorsFormat.Parts(tensor.detach().cpu().contiguous()))
                {
                    stream.Write(part.bytes);
                }
            }
        });
    }

    private static byte[] Header(List<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsFormat.Metadata);
            foreach (var (key, value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long start = 0;
            foreach (var (key, tensor) in tensors)
            {
                var end = start + (tensor.numel() * tensor.element_size());
                Describe(json, key, tensor, start, end);
                start = end;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void Describe(Utf8JsonWriter json, string key, Tensor tensor, long start, long end)
    {
        var type = SafetensorsFormat.NameOf(tensor.dtype)
            ?? throw new NotSupportedException($"'{key}' has type {tensor.dtype}, which safetensors cannot hold. Convert it first, for instance with to(ScalarType.Float32).");
        json.WriteStartObject(key);
        json.WriteString("dtype", type);
        WriteNumbers(json, "shape", tensor.shape);
        WriteNumbers(json, "data_offsets", [start, end]);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
