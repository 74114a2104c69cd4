using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Which of torch's dtypes has the same bits as a type of C#.</summary>
internal static class ElementType
{
    public static IReadOnlyList<Type> Supported { get; } =
        [typeof(float), typeof(double), typeof(Half), typeof(byte), typeof(sbyte), typeof(short), typeof(int), typeof(long), typeof(bool)];

    /// <summary>The dtype of a type of C#; null if torch has none.</summary>
    public static ScalarType? Of(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => null,
        TypeCode.Single => ScalarType.Float32,
        TypeCode.Double => ScalarType.Float64,
        TypeCode.Byte => ScalarType.Byte,
        TypeCode.SByte => ScalarType.Int8,
        TypeCode.Int16 => ScalarType.Int16,
        TypeCode.Int32 => ScalarType.Int32,
        TypeCode.Int64 => ScalarType.Int64,
        TypeCode.Boolean => ScalarType.Bool,
        _ when type == typeof(Half) => ScalarType.Float16,
        _ => null,
    };

    /// <summary>The dtype of a type of C#, or a sentence that says which there are.</summary>
    public static ScalarType Require(Type type) => Of(type) ?? throw new ArgumentException(
        $"{type.Name} is not a type of numbers that a tensor holds. Use one of {string.Join(", ", Supported.Select(t => t.Name))}.");

    /// <summary>How many bytes an element takes.</summary>
    public static int Size(ScalarType dtype) => dtype switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentException($"A batch cannot be made of numbers of type {dtype}. Convert them in the dataset, with to(float32) for instance."),
    };
}
