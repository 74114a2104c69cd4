using System.Globalization;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>Values as Python's <c>repr</c> writes them.</summary>
internal static class PythonText
{
    public static string Of(bool value) => value ? "True" : "False";

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>0.1, 1.0, 1e-05.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.AsSpan().ContainsAny('.', 'e') ? text
            : Math.Abs(value) >= 1e16 ? WithExponent(text)
            : text + ".0";
    }

    public static string Of(double? value) => value is { } number ? Of(number) : "None";

    public static string Tuple(params long[] values) => Tuple(values.Select(Of));

    /// <summary>A size that TorchSharp keeps for each dimension, and PyTorch as it was given: most often one number.</summary>
    public static string Size(params long[] values) => Size(values, Of);

    /// <inheritdoc cref="Size(long[])"/>
    public static string Size(params double[] values) => Size(values, Of);

    /// <inheritdoc cref="Size(long[])"/>
    public static string Size((long First, long Second) values) => Size(values.First, values.Second);

    /// <summary>The names of an element type: <c>torch.float32</c>, and <c>FloatTensor</c> as the older ones are.</summary>
    public static (string Type, string Tensor) Names(ScalarType type) => type switch
    {
        ScalarType.Byte => ("torch.uint8", "ByteTensor"),
        ScalarType.Int8 => ("torch.int8", "CharTensor"),
        ScalarType.Int16 => ("torch.int16", "ShortTensor"),
        ScalarType.Int32 => ("torch.int32", "IntTensor"),
        ScalarType.Int64 => ("torch.int64", "LongTensor"),
        ScalarType.Float16 => ("torch.float16", "HalfTensor"),
        ScalarType.Float32 => ("torch.float32", "FloatTensor"),
        ScalarType.Float64 => ("torch.float64", "DoubleTensor"),
        ScalarType.BFloat16 => ("torch.bfloat16", "BFloat16Tensor"),
        ScalarType.ComplexFloat32 => ("torch.complex64", "ComplexFloatTensor"),
        ScalarType.ComplexFloat64 => ("torch.complex128", "ComplexDoubleTensor"),
        ScalarType.Bool => ("torch.bool", "BoolTensor"),
        _ => (Invariant($"torch.{type}"), Invariant($"{type}Tensor")),
    };

    // Python writes an exponent from 1e+16 on, .NET from 1E+17.
    private static string WithExponent(string integer)
    {
        var sign = integer.StartsWith('-') ? "-" : "";
        var digits = integer[sign.Length..];
        var fraction = digits[1..].TrimEnd('0');
        return Invariant($"{sign}{digits[0]}{(fraction.Length == 0 ? "" : ".")}{fraction}e+{digits.Length - 1}");
    }

    private static string Size<T>(T[] values, Func<T, string> text) =>
        values.Distinct().Count() == 1 ? text(values[0]) : Tuple(values.Select(text));

    private static string Tuple(IEnumerable<string> values)
    {
        var elements = values.ToList();
        return $"({string.Join(", ", elements)}{(elements.Count == 1 ? "," : "")})";
    }
}
