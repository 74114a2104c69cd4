using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Formats;

/// <summary>How one number is written in a .npy file, and what it becomes.</summary>
/// <param name="Text">numpy's name for it: <c>&lt;f4</c>.</param>
/// <param name="Dtype">The dtype of the tensor.</param>
/// <param name="Size">How many bytes it takes in the file.</param>
/// <param name="SwapSize">How many bytes are in the wrong order, at a time; 0 if none is.</param>
/// <param name="Widening">Whether torch has no such type and takes the next larger one.</param>
internal sealed record NpyElement(string Text, ScalarType Dtype, int Size, int SwapSize, bool Widening)
{
    private static readonly Dictionary<string, (ScalarType Dtype, bool Widening)> Known = new()
    {
        ["b1"] = (ScalarType.Bool, false),
        ["i1"] = (ScalarType.Int8, false),
        ["i2"] = (ScalarType.Int16, false),
        ["i4"] = (ScalarType.Int32, false),
        ["i8"] = (ScalarType.Int64, false),
        ["u1"] = (ScalarType.Byte, false),
        ["u2"] = (ScalarType.Int32, true),
        ["u4"] = (ScalarType.Int64, true),
        ["u8"] = (ScalarType.Int64, true),
        ["f2"] = (ScalarType.Float16, false),
        ["f4"] = (ScalarType.Float32, false),
        ["f8"] = (ScalarType.Float64, false),
        ["c8"] = (ScalarType.ComplexFloat32, false),
        ["c16"] = (ScalarType.ComplexFloat64, false),
    };

    /// <summary>Understands numpy's name of a type.</summary>
    /// <exception cref="InvalidDataException">It is none of numbers, or one that no tensor holds.</exception>
    public static NpyElement Parse(string text, string name)
    {
        var order = text.Length > 0 ? text[0] : '\0';
        var code = order is '<' or '>' or '|' or '=' ? text[1..] : text;

        if (!Known.TryGetValue(code, out var known))
        {
            throw new InvalidDataException($"{name} holds {What(code)} ('{Excerpt.Of(text)}'), which no tensor holds. {Advice(code)}");
        }

        var size = int.Parse(code.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        var unit = code[0] == 'c' ? size / 2 : size;
        var isSwapped = unit > 1 && order == (BitConverter.IsLittleEndian ? '>' : '<');
        return new NpyElement(text, known.Dtype, size, isSwapped ? unit : 0, known.Widening);
    }

    /// <summary>How numpy would write a dtype on this machine.</summary>
    /// <exception cref="NotSupportedException">numpy has no such type.</exception>
    public static NpyElement Of(ScalarType dtype)
    {
        var code = Known.FirstOrDefault(known => known.Value.Dtype == dtype && !known.Value.Widening).Key
            ?? throw new NotSupportedException($"numpy has no type for {dtype}. Convert the tensor first, with to(float32) for instance.");
        var size = int.Parse(code.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        var order = size == 1 ? '|' : BitConverter.IsLittleEndian ? '<' : '>';
        return new NpyElement($"{order}{code}", dtype, size, 0, false);
    }

    /// <summary>Brings numbers as they stand in the file into the order and form of this machine.</summary>
    public void Repair(Span<byte> bytes)
    {
        switch (SwapSize)
        {
            case 2:
                Swap(MemoryMarshal.Cast<byte, ushort>(bytes));
                break;
            case 4:
                Swap(MemoryMarshal.Cast<byte, uint>(bytes));
                break;
            case 8:
                Swap(MemoryMarshal.Cast<byte, ulong>(bytes));
                break;
        }

        if (Dtype == ScalarType.Bool)
        {
            // Any byte but 0 is true for numpy; torch reckons with 0 and 1 only.
            foreach (ref var value in bytes)
            {
                value = value == 0 ? (byte)0 : (byte)1;
            }
        }
    }

    /// <summary>Writes repaired numbers of a type that torch lacks in the next larger one.</summary>
    /// <exception cref="InvalidDataException">A number is too large for that.</exception>
    public void Widen(ReadOnlySpan<byte> bytes, Span<byte> target, string name)
    {
        switch (Size)
        {
            case 2:
                Convert(MemoryMarshal.Cast<byte, ushort>(bytes), MemoryMarshal.Cast<byte, int>(target), static number => number);
                break;
            case 4:
                Convert(MemoryMarshal.Cast<byte, uint>(bytes), MemoryMarshal.Cast<byte, long>(target), static number => number);
                break;
            default:
                Convert(MemoryMarshal.Cast<byte, ulong>(bytes), MemoryMarshal.Cast<byte, long>(target), number => number <= long.MaxValue
                    ? (long)number
                    : throw new InvalidDataException($"{name} holds {number}, and the largest whole number of a tensor is {long.MaxValue}. Save it as float64 in Python."));
                break;
        }
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to, Func<TFrom, TTo> convert)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = convert(from[i]);
        }
    }

    private static void Swap(Span<ushort> numbers) => BinaryPrimitives.ReverseEndianness(numbers, numbers);

    private static void Swap(Span<uint> numbers) => BinaryPrimitives.ReverseEndianness(numbers, numbers);

    private static void Swap(Span<ulong> numbers) => BinaryPrimitives.ReverseEndianness(numbers, numbers);

    private static string What(string code) => code.Length == 0 ? "something" : code[0] switch
    {
        'O' => "Python objects",
        'S' or 'U' or 'a' => "text",
        'V' => "raw bytes",
        'M' or 'm' => "dates",
        'f' or 'c' or 'i' or 'u' => "numbers of an unusual size",
        _ => "something",
    };

    private static string Advice(string code) => code.Length == 0 ? "" : code[0] switch
    {
        'O' => "Objects can be read by Python only; convert them there: a.astype('float32').",
        'f' or 'c' or 'i' or 'u' => "Convert them in Python: a.astype('float64').",
        _ => "Convert them to numbers in Python.",
    };
}
