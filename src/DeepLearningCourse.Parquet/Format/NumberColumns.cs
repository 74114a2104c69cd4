using System.Buffers.Binary;
using System.Numerics;
using Parquet.Meta;
using Type = Parquet.Meta.Type;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>Which columns hold numbers, and how the stored bits become one.</summary>
internal static class NumberColumns
{
    // Of decimals, as many as fit into 32 bytes.
    private const int MostDigits = 76;
    private const int LongestDecimal = 32;

    /// <summary>The column, or null if it holds no numbers: texts, dates, bytes.</summary>
    public static NumberColumn? From(SchemaElement element) => element switch
    {
        { NumChildren: > 0 } or { RepetitionType: FieldRepetitionType.REPEATED } or { Type: null } => null,
        _ when IsDecimal(element) => Decimal(element),
        _ when element.LogicalType?.FLOAT16 is not null && element is { Type: Type.FIXED_LEN_BYTE_ARRAY, TypeLength: 2 } => Half(element),
        _ when IsPlain(element) => Plain(element),
        _ => null,
    };

    /// <summary>Whether a column holds a decimal whose scale is not to be trusted.</summary>
    public static bool IsBadDecimal(SchemaElement element) =>
        IsDecimal(element) && (element.Scale is < 0 or > MostDigits || (element.LogicalType?.DECIMAL is { } logical && logical.Scale != (element.Scale ?? 0)));

    public static bool IsDecimal(SchemaElement element) => element.LogicalType?.DECIMAL is not null || element.ConvertedType == ConvertedType.DECIMAL;

    // Dates and times are kept as numbers, too, but of what, the number does not tell.
    private static bool IsPlain(SchemaElement element) =>
        element.LogicalType is null or { INTEGER: not null } && element.ConvertedType is null or (>= ConvertedType.UINT_8 and <= ConvertedType.INT_64);

    private static NumberColumn? Plain(SchemaElement element) => (element.Type, IsUnsigned(element)) switch
    {
        (Type.BOOLEAN, _) => new NumberColumn<bool>(element, value => value ? 1 : 0, value => value ? 1 : 0),
        (Type.INT32, false) => new NumberColumn<int>(element, value => value, value => value),
        (Type.INT32, true) => new NumberColumn<int>(element, value => (uint)value, value => (uint)value),
        (Type.INT64, false) => new NumberColumn<long>(element, value => value, value => value),
        (Type.INT64, true) => new NumberColumn<long>(element, value => (ulong)value, value => value >= 0 ? value : new Whole(null)),
        (Type.FLOAT, _) => new NumberColumn<float>(element, value => value, value => Whole.From(value)),
        (Type.DOUBLE, _) => new NumberColumn<double>(element, value => (float)value, Whole.From),
        _ => null,
    };

    private static NumberColumn<ReadOnlyMemory<byte>> Half(SchemaElement element) =>
        new NumberColumn<ReadOnlyMemory<byte>>(
            element,
            value => (float)BinaryPrimitives.ReadHalfLittleEndian(value.Span),
            value => Whole.From((double)BinaryPrimitives.ReadHalfLittleEndian(value.Span)));

    private static NumberColumn? Decimal(SchemaElement element)
    {
        var divisor = BigInteger.Pow(10, Math.Clamp(element.Scale ?? 0, 0, MostDigits));
        var scale = (double)divisor;
        return element switch
        {
            { Type: Type.INT32 } => new NumberColumn<int>(element, value => (float)(value / scale), value => Quotient(value, divisor)),
            { Type: Type.INT64 } => new NumberColumn<long>(element, value => (float)(value / scale), value => Quotient(value, divisor)),
            { Type: Type.BYTE_ARRAY } or { Type: Type.FIXED_LEN_BYTE_ARRAY, TypeLength: > 0 and <= LongestDecimal } => new NumberColumn<ReadOnlyMemory<byte>>(
                element, value => (float)((double)Unscaled(value) / scale), value => Quotient(Unscaled(value), divisor)),
            _ => null,
        };
    }

    private static bool IsUnsigned(SchemaElement element) =>
        element.LogicalType?.INTEGER is { IsSigned: false } || element.ConvertedType is >= ConvertedType.UINT_8 and <= ConvertedType.UINT_64;

    private static BigInteger Unscaled(ReadOnlyMemory<byte> bigEndian) => new(bigEndian.Span, isBigEndian: true);

    private static Whole Quotient(BigInteger unscaled, BigInteger divisor) =>
        BigInteger.DivRem(unscaled, divisor, out var rest) is var whole && rest.IsZero && whole >= long.MinValue && whole <= long.MaxValue
            ? (long)whole
            : new Whole(null);
}
