using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace DeepLearningCourse.TensorBoard.Tests;

/// <summary>The pixels of a PNG file without filters, with its check sums looked at.</summary>
internal static class PngPixels
{
    public static byte[] Of(byte[] file)
    {
        Dictionary<string, byte[]> chunks = [];

        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            Assert.That(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)), Is.EqualTo(Crc32(file.AsSpan(at + 4, 4 + length))), "check sum of a chunk");
            chunks.Add(Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }

        Assert.That(chunks.Keys, Is.EqualTo(new[] { "IHDR", "IDAT", "IEND" }));
        var header = chunks["IHDR"];
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        var row = width * header[9] switch { 0 => 1, 2 => 3, _ => 4 };
        using ZLibStream zlib = new(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        using MemoryStream rows = new();
        zlib.CopyTo(rows);
        Assert.That(rows.Length, Is.EqualTo(height * (row + 1)));
        return [.. rows.ToArray().Chunk(row + 1).SelectMany(one => one.Skip(1))];
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;

        foreach (var one in bytes)
        {
            sum ^= one;

            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0xEDB88320;
            }
        }

        return ~sum;
    }
}
