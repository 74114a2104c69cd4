using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ICSharpCode.SharpZipLib.Checksum;

namespace DeepLearningCourse.TensorBoard;

/// <summary>Pixels as a PNG file (<see href="https://www.w3.org/TR/png-3/">the format</see>), without a native library, which not every system has.</summary>
internal static class Png
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Encodes 8-bit pixels, channel after channel, row after row: 1 is grey, 3 is RGB, 4 is RGBA.</summary>
    public static byte[] Encode(byte[] pixels, int width, int height, int channels)
    {
        using MemoryStream file = new();
        file.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, channels switch { 1 => (byte)0, 3 => (byte)2, _ => (byte)6 });
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", Compressed(pixels, width * channels));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Compressed(byte[] pixels, int rowLength)
    {
        using MemoryStream compressed = new();

        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var start = 0; start < pixels.Length; start += rowLength)
            {
                zlib.WriteByte(0); // the row is not filtered
                zlib.Write(pixels, start, rowLength);
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string name, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] summed = [.. Encoding.ASCII.GetBytes(name), .. data];
        file.Write(summed);
        Crc32 sum = new();
        sum.Update(summed);
        BinaryPrimitives.WriteUInt32BigEndian(number, (uint)sum.Value);
        file.Write(number);
    }
}
