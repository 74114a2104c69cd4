using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Formats;

/// <summary>What stands before the numbers of a .npy file.</summary>
/// <remarks>The format: <see href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"/>, versions 1 to 3.</remarks>
/// <param name="Element">How each number is written.</param>
/// <param name="IsFortran">Whether the first index runs fastest instead of the last.</param>
/// <param name="Shape">The shape; empty for a single number.</param>
/// <param name="Length">How many bytes the header takes.</param>
internal sealed record NpyHeader(NpyElement Element, bool IsFortran, long[] Shape, int Length)
{
    private const int MaxText = 1 << 20;
    private const int MaxDimensions = 64;
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>How many numbers there are.</summary>
    public long Count => Shape.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>How many bytes the numbers take.</summary>
    public long DataLength => Count * Element.Size;

    /// <summary>Reads the header; the stream is then at the numbers.</summary>
    /// <param name="stream">The file, at its beginning.</param>
    /// <param name="available">How many bytes the file has, or can have.</param>
    /// <param name="name">The file, for the messages.</param>
    /// <exception cref="InvalidDataException">It is no .npy file, holds no numbers, or says it has more of them than there are bytes.</exception>
    public static NpyHeader Read(Stream stream, long available, string name)
    {
        Span<byte> start = stackalloc byte[8];

        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start[..6].SequenceEqual(Magic))
        {
            throw new InvalidDataException($"{name} is not a .npy file: it does not begin with \\x93NUMPY. Was it saved with numpy.save?");
        }

        if (start[6] is not (1 or 2 or 3))
        {
            throw new InvalidDataException($"{name} is a .npy file of version {start[6]}.{start[7]}: versions 1 to 3 are known.");
        }

        var text = ReadText(stream, start[6], available, name, out var length);
        return Parse(text, length, name).RequireData(available, name);
    }

    /// <summary>Refuses an array that is larger than what can follow the header.</summary>
    /// <exception cref="InvalidDataException">It is, or it has more dimensions than a tensor.</exception>
    public NpyHeader RequireData(long available, string name)
    {
        if (Shape.Length > MaxDimensions)
        {
            throw new InvalidDataException($"{name} has {Shape.Length} dimensions: a tensor has at most {MaxDimensions}.");
        }

        // Counted in a type that cannot overflow, before anything is allocated.
        UInt128 wanted = Shape.Contains(0) ? 0 : (UInt128)Element.Size;

        foreach (var extent in Shape)
        {
            wanted = wanted > long.MaxValue ? wanted : wanted * (ulong)extent;
        }

        var follow = Math.Max(0, available - Length);
        var largest = Shape.Length == 0 ? 0 : Shape.Max();

        return wanted <= (ulong)follow && (wanted > 0 || largest <= int.MaxValue)
            ? this
            : throw new InvalidDataException(
                $"{name} says that it has an array of shape {Shapes.Text(Shape)}, {wanted} bytes, and at most {follow} follow. Was it cut short?");
    }

    /// <summary>The sentence for a file that is longer than its array.</summary>
    public InvalidDataException MoreFollows(string name) => new(
        $"{name} goes on after its array of shape {Shapes.Text(Shape)}, {DataLength} bytes. It is damaged, or holds several arrays: save each in a file of its own.");

    /// <summary>The header that numpy writes for a tensor.</summary>
    public static byte[] For(ScalarType dtype, ReadOnlySpan<long> shape)
    {
        var numbers = string.Join(", ", shape.ToArray());
        var tuple = shape.Length == 1 ? $"({numbers},)" : $"({numbers})";
        var text = $"{{'descr': '{NpyElement.Of(dtype).Text}', 'fortran_order': False, 'shape': {tuple}, }}";

        // numpy leaves room for the first dimension to grow in place, and lets the numbers begin at a multiple of 64.
        text += shape.Length == 0 ? "" : new string(' ', 21 - $"{shape[0]}".Length);
        const int before = 10;
        text += new string(' ', 64 - ((before + text.Length + 1) % 64)) + "\n";

        var bytes = new byte[before + text.Length];
        Magic.CopyTo(bytes, 0);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), checked((ushort)text.Length));
        Encoding.Latin1.GetBytes(text, bytes.AsSpan(before));
        return bytes;
    }

    private static string ReadText(Stream stream, byte version, long available, string name, out int headerLength)
    {
        Span<byte> lengthBytes = stackalloc byte[4];
        lengthBytes.Clear();
        var lengthSize = version == 1 ? 2 : 4;

        if (stream.ReadAtLeast(lengthBytes[..lengthSize], lengthSize, throwOnEndOfStream: false) < lengthSize)
        {
            throw new InvalidDataException($"{name} ends within its header. Was it cut short?");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);

        if (length > MaxText || length > available)
        {
            throw new InvalidDataException($"{name} says that its header has {length} bytes, and the file has {available}. It is damaged.");
        }

        var bytes = new byte[length];

        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidDataException($"{name} ends within its header. Was it cut short?");
        }

        headerLength = 8 + lengthSize + (int)length;
        return (version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
    }

    private static NpyHeader Parse(string text, int length, string name)
    {
        var values = new PythonLiteral(text, name).ReadHeader();
        var element = NpyElement.Parse(values.Descr, name);

        return new NpyHeader(element, values.IsFortran, values.Shape, length);
    }
}
