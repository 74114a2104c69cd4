using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>PyTorch's names of the element types, and of the storages that hold them.</summary>
internal static class TorchDtypes
{
    private static readonly (string Storage, string[] Names, ScalarType Type)[] Types =
    [
        ("FloatStorage", ["float32", "float"], ScalarType.Float32),
        ("DoubleStorage", ["float64", "double"], ScalarType.Float64),
        ("HalfStorage", ["float16", "half"], ScalarType.Float16),
        ("BFloat16Storage", ["bfloat16"], ScalarType.BFloat16),
        ("LongStorage", ["int64", "long"], ScalarType.Int64),
        ("IntStorage", ["int32", "int"], ScalarType.Int32),
        ("ShortStorage", ["int16", "short"], ScalarType.Int16),
        ("CharStorage", ["int8"], ScalarType.Int8),
        ("ByteStorage", ["uint8"], ScalarType.Byte),
        ("BoolStorage", ["bool"], ScalarType.Bool),
        ("ComplexFloatStorage", ["complex64", "cfloat"], ScalarType.ComplexFloat32),
        ("ComplexDoubleStorage", ["complex128", "cdouble"], ScalarType.ComplexFloat64),
        // Its numbers are counted in bytes; the tensors over it say what they are.
        ("UntypedStorage", [], ScalarType.Byte),
    ];

    private static readonly Dictionary<string, ScalarType> ByStorage = Types.ToDictionary(entry => entry.Storage, entry => entry.Type);

    private static readonly Dictionary<string, ScalarType> ByName =
        Types.SelectMany(entry => entry.Names.Select(name => (name, entry.Type))).ToDictionary(entry => entry.name, entry => entry.Type);

    public static ScalarType? OfStorage(string name) => ByStorage.TryGetValue(name, out var type) ? type : null;

    public static ScalarType? OfName(string name) => ByName.TryGetValue(name, out var type) ? type : null;

    /// <summary>The class of storages for a type; null if PyTorch has none.</summary>
    public static string? StorageOf(ScalarType type) => Types.FirstOrDefault(entry => entry.Type == type).Storage;
}
