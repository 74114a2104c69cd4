using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Formats;

/// <summary>The numbers of a .npy file.</summary>
internal static unsafe class NpyData
{
    private const int Chunk = 1 << 20;

    /// <summary>Reads the numbers into a new tensor of the header's shape, in the current DisposeScope.</summary>
    /// <exception cref="InvalidDataException">The file ends before they do, or after them.</exception>
    public static Tensor Read(Stream stream, NpyHeader header, string name)
    {
        // In Fortran's order the file has the numbers of the array turned over.
        var shape = header.IsFortran ? [.. header.Shape.Reverse()] : header.Shape;
        using var scope = NewDisposeScope();
        var tensor = empty(shape, header.Element.Dtype);
        var target = (byte*)tensor.DataPointer();

        if (header.Element.Widening)
        {
            ReadWidened(stream, header, target, name);
        }
        else
        {
            ReadPlain(stream, header, target, name);
        }

        RequireEnd(stream, header, name);
        var result = header.IsFortran && shape.Length > 1 ? tensor.permute([.. Enumerable.Range(0, shape.Length).Reverse().Select(d => (long)d)]).contiguous() : tensor;
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Writes the numbers of a tensor, in C's order.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var plain = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous();
        var data = (byte*)plain.DataPointer();
        var length = plain.numel() * plain.element_size();

        for (long at = 0; at < length; at += Chunk)
        {
            stream.Write(new ReadOnlySpan<byte>(data + at, (int)Math.Min(Chunk, length - at)));
        }
    }

    private static void ReadPlain(Stream stream, NpyHeader header, byte* target, string name)
    {
        for (long at = 0; at < header.DataLength; at += Chunk)
        {
            var part = new Span<byte>(target + at, (int)Math.Min(Chunk, header.DataLength - at));
            ReadWhole(stream, part, name);
            header.Element.Repair(part);
        }
    }

    private static void ReadWidened(Stream stream, NpyHeader header, byte* target, string name)
    {
        var buffer = new byte[(int)Math.Min(Chunk, header.DataLength)];
        var wide = ElementType.Size(header.Element.Dtype);

        for (long at = 0; at < header.DataLength; at += Chunk)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(Chunk, header.DataLength - at));
            ReadWhole(stream, part, name);
            header.Element.Repair(part);
            var count = part.Length / header.Element.Size;
            header.Element.Widen(part, new Span<byte>(target + (at / header.Element.Size * wide), count * wide), name);
        }
    }

    /// <summary>Reads beyond the numbers: a damaged shape may have left some out, and gzip compares length and sum at the end only.</summary>
    private static void RequireEnd(Stream stream, NpyHeader header, string name)
    {
        if (stream.ReadByte() >= 0)
        {
            throw header.MoreFollows(name);
        }
    }

    private static void ReadWhole(Stream stream, Span<byte> target, string name)
    {
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw new InvalidDataException($"{name} ends before its array does. Was it cut short?");
        }
    }
}
