using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>The bytes of a pickle, read forward and never past the end.</summary>
internal sealed class PickleInput(byte[] bytes)
{
    private const string CutShort = "its pickle ends in the middle. Was it cut short?";

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private int at;

    public int Length => bytes.Length;

    public byte Byte() => Take(1)[0];

    public byte? Peek(int ahead) => at + ahead < bytes.Length ? bytes[at + ahead] : null;

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A length of as many bytes as said; the lengths of 4 bytes and more are unsigned.</summary>
    public long Count(int size) => size switch
    {
        1 => Byte(),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(Take(4)),
        _ => BinaryPrimitives.ReadInt64LittleEndian(Take(8)),
    };

    public byte[] Bytes(long count) => Take(count).ToArray();

    public void Skip(long count) => Take(count);

    public string Latin1(long count) => Encoding.Latin1.GetString(Take(count));

    public string Text(long count) => Decode(Take(count));

    /// <summary>Text up to the end of the line.</summary>
    public string Line()
    {
        var length = bytes.AsSpan(at).IndexOf((byte)'\n');
        var line = Decode(Take(length < 0 ? long.MaxValue : length));
        at++;
        return line;
    }

    /// <summary>A whole number of any length: a long where it fits.</summary>
    public object Integer(long count)
    {
        var digits = Take(count);

        // Numbers longer than these are no dimensions, and text of them takes time quadratic in their length.
        if (digits.Length > 256)
        {
            throw new PickleException("its pickle has a number of more than 256 bytes.");
        }

        BigInteger value = new(digits);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private static string Decode(ReadOnlySpan<byte> text)
    {
        try
        {
            return Utf8.GetString(text);
        }
        catch (DecoderFallbackException exception)
        {
            throw new PickleException("its pickle has text that is not UTF-8.", exception);
        }
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > bytes.Length - at)
        {
            throw new PickleException(CutShort);
        }

        var taken = bytes.AsSpan(at, (int)count);
        at += (int)count;
        return taken;
    }
}
