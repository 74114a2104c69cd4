using System.Buffers.Binary;

namespace DeepLearningCourse.Data.Formats;

/// <summary>Compares the two places where a zip file names each record: .NET's reader looks at the directory only, and a damaged one would be another record.</summary>
/// <remarks>The format: <see href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT"/>, 4.3.</remarks>
internal sealed class ZipNames(Stream stream)
{
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int EntryLength = 46;
    private const int HeaderLength = 30;
    private const int WideStartAt = 48;
    private const uint Wide = uint.MaxValue;

    private readonly byte[] bytes = new byte[EntryLength];

    /// <param name="count">How many records the directory has.</param>
    /// <exception cref="ZipDamageException">A record is named otherwise where it lies.</exception>
    public void Require(int count)
    {
        var next = count == 0 ? 0 : DirectoryStart();

        for (var i = 0; i < count; i++)
        {
            Read(next, EntryLength);
            var (method, place) = (U16(10), (long)U32(42));
            var before = (U32(20) == Wide ? sizeof(long) : 0) + (U32(24) == Wide ? sizeof(long) : 0);
            var (nameLength, extraLength, commentLength) = (U16(28), U16(30), U16(32));
            var name = Take(nameLength);
            var extra = Take(extraLength);
            next += EntryLength + nameLength + extraLength + commentLength;
            RequireSame(name, method, place == Wide ? WidePlace(extra, before) : place);
        }
    }

    private void RequireSame(byte[] name, int method, long place)
    {
        Read(place, HeaderLength);
        var (ownMethod, length) = (U16(8), U16(26));
        var own = Take(length);

        if (ownMethod != method || !own.AsSpan().SequenceEqual(name))
        {
            throw new ZipDamageException(
                $"its directory names a record '{Text(name)}', and '{Text(own)}' or another kind of record lies in that place. The file is damaged: copy or fetch it again.");
        }
    }

    private long DirectoryStart()
    {
        // The end is behind everything but a comment of at most 64 KiB.
        var tail = new byte[Math.Min(stream.Length, EndLength + ushort.MaxValue)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        var start = end >= 0 && end <= tail.Length - EndLength ? BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16)) : Wide;

        if (start != Wide)
        {
            return start;
        }

        Read(stream.Length - tail.Length + end - LocatorLength, LocatorLength);
        Read(I64(8) + WideStartAt, sizeof(long));
        return I64(0);
    }

    private static long WidePlace(ReadOnlySpan<byte> extra, int before)
    {
        while (extra.Length >= 4)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);

            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1 && length >= before + sizeof(long))
            {
                return BinaryPrimitives.ReadInt64LittleEndian(extra[(4 + before)..]);
            }

            extra = extra[(4 + length)..];
        }

        return -1;
    }

    private void Read(long place, int length)
    {
        if (place < 0 || place > stream.Length - length)
        {
            throw new ZipDamageException("its directory leads out of the file. Was it cut short?");
        }

        stream.Position = place;
        stream.ReadExactly(bytes, 0, length);
    }

    private byte[] Take(int length)
    {
        var taken = new byte[length];
        return stream.ReadAtLeast(taken, length, throwOnEndOfStream: false) == length ? taken : throw new ZipDamageException("its directory ends early. Was it cut short?");
    }

    private static string Text(byte[] name) => Excerpt.Of(System.Text.Encoding.UTF8.GetString(name));

    private int U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private long I64(int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
}
