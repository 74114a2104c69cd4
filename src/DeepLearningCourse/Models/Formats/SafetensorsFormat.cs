using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>What writer and reader of safetensors share: the names of the element types and the limits.</summary>
internal static class SafetensorsFormat
{
    /// <summary>The key of the free text in the header.</summary>
    public const string Metadata = "__metadata__";

    /// <summary>The reference implementation's limit on the header, in bytes.</summary>
    public const long MaxHeader = 100_000_000;

    // A span holds at most int.MaxValue bytes; parts this long also keep the buffers of a copy small.
    private const long PartElements = 1 << 24;

    private static readonly (string Name, ScalarType Type)[] Types =
    [
        ("F64", ScalarType.Float64), ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16),
        ("I64", ScalarType.Int64), ("I32", ScalarType.Int32), ("I16", ScalarType.Int16), ("I8", ScalarType.Int8),
        ("U8", ScalarType.Byte), ("BOOL", ScalarType.Bool), ("C64", ScalarType.ComplexFloat32),
    ];

    /// <summary>A contiguous tensor as flat views short enough to be read or written as one span.</summary>
    public static IEnumerable<Tensor> Parts(Tensor tensor)
    {
        using var flat = tensor.view(-1);
        for (long start = 0; start < flat.numel(); start += PartElements)
        {
            using var part = flat.narrow(0, start, Math.Min(PartElements, flat.numel() - start));
            yield return part;
        }
    }

    public static string? NameOf(ScalarType type) => Types.FirstOrDefault(entry => entry.Type == type).Name;

    public static ScalarType? TypeOf(string? name) =>
        Types.Where(entry => entry.Name == name).Select(entry => (ScalarType?)entry.Type).FirstOrDefault();
}
