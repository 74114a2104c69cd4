using System.Buffers.Binary;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>The size that a <see href="https://www.rfc-editor.org/rfc/rfc8878#name-frame-header">Zstandard frame</see> claims for itself.</summary>
internal static class ZstandardFrame
{
    /// <summary>How many bytes it decompresses to, if it says so.</summary>
    /// <exception cref="DamagedException">It is no such frame.</exception>
    public static long? Size(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty)
        {
            return null;
        }

        if (frame.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(frame) != 0xFD2FB528)
        {
            throw new DamagedException("it has a page that is not compressed with zstd, as the file says");
        }

        var descriptor = frame[4];
        var isSingle = (descriptor & 0x20) != 0;
        var dictionary = (descriptor & 3) is var code && code == 3 ? 4 : code;
        var at = 5 + (isSingle ? 0 : 1) + dictionary;
        var length = (descriptor >> 6) is 0 ? (isSingle ? 1 : 0) : 1 << (descriptor >> 6);

        if (length == 0)
        {
            return null;
        }

        if (frame.Length < at + length)
        {
            throw new DamagedException("it has a page that ends in the middle");
        }

        Span<byte> size = stackalloc byte[sizeof(long)];
        size.Clear();
        frame.Slice(at, length).CopyTo(size);
        var value = BinaryPrimitives.ReadInt64LittleEndian(size) + (length == 2 ? 256 : 0);
        return value >= 0 ? value : long.MaxValue;
    }
}
