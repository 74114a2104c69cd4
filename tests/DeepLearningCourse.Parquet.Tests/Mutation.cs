using System.Buffers.Binary;

namespace DeepLearningCourse.Parquet.Tests;

/// <summary>Damages a file as transfers, disks and people with bad intentions do.</summary>
internal static class Mutation
{
    private static readonly long[] Interesting =
        [0, 1, -1, 2, 127, 128, 255, 256, short.MaxValue, ushort.MaxValue, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, 1L << 40, 0x7FFFFFF0];

    /// <summary>A damaged copy; the same for the same seed.</summary>
    /// <param name="original">The sound file.</param>
    /// <param name="seed">Which damage.</param>
    /// <param name="footer">How many bytes at the end decide what the rest means: half of the damage is done there.</param>
    public static byte[] Of(byte[] original, int seed, int footer)
    {
        var random = new Random(seed);
        var bytes = original.ToList();

        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 8; changes--)
        {
            var first = random.Next(2) == 0 ? 0 : Math.Max(0, bytes.Count - footer);
            Change(bytes, random.Next(first, bytes.Count), random);
        }

        return [.. bytes];
    }

    private static void Change(List<byte> bytes, int at, Random random)
    {
        switch (random.Next(8))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes[at] = (byte)random.Next(256);
                break;
            case 3:
                Overwrite(bytes, at, Little(random));
                break;
            case 4:
                Overwrite(bytes, at, Varint(random));
                break;
            case 5:
                bytes.InsertRange(at, random.Next(2) == 0 ? Varint(random) : [(byte)random.Next(256)]);
                break;
            case 6:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 5), bytes.Count - at));
                break;
            default:
                bytes.RemoveRange(at, random.Next(4) == 0 ? bytes.Count - at : Math.Min(random.Next(1, 64), bytes.Count - at));
                break;
        }
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (var i = 0; i < with.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = with[i];
        }
    }

    private static byte[] Little(Random random)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Interesting[random.Next(Interesting.Length)]);
        return bytes[..(random.Next(2) == 0 ? 4 : 8)];
    }

    // As Thrift's compact protocol writes a number.
    private static byte[] Varint(Random random)
    {
        var value = Interesting[random.Next(Interesting.Length)];
        var zigzag = (ulong)((value << 1) ^ (value >> 63));
        var bytes = new List<byte>();

        for (; zigzag >= 0x80; zigzag >>= 7)
        {
            bytes.Add((byte)(zigzag | 0x80));
        }

        bytes.Add((byte)zigzag);
        return [.. bytes];
    }
}
