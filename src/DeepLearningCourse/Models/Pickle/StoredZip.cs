using System.Buffers.Binary;
using System.Text;
using DeepLearningCourse.Data.Formats;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>Writes a zip file of uncompressed records whose bytes begin at multiples of 64, as PyTorch's do, so that they can be mapped.</summary>
/// <remarks>.NET's and SharpZipLib's zip writers align nothing, hence this one.</remarks>
/// <param name="output">A stream that can be written and sought in, at its beginning.</param>
/// <param name="wideFrom">Which lengths and places are written with 64 bits: those that do not fit in 32, or less for a test.</param>
internal sealed class StoredZip(Stream output, long wideFrom = uint.MaxValue)
{
    private const int Alignment = 64;
    private const int HeaderLength = 30;
    private const int ChecksumAt = 14;

    // The sizes of 64 bits, after a tag and a length.
    private const int WideLength = 4 + 16;
    private const ushort WideTag = 1;

    // PyTorch's own tag for the padding: 'FB'.
    private const ushort PaddingTag = 0x4246;
    private const ushort Utf8Names = 0x0800;

    // 1 January 1980, the first day a zip file can say: equal weights make equal files.
    private const ushort Date = 0x21;

    private readonly List<Record> records = [];

    public void Add(string name, byte[] content) => Add(name, content.Length, stream => stream.Write(content));

    /// <summary>Adds a record of a length that is known before.</summary>
    public void Add(string name, long length, Action<Stream> write)
    {
        var start = output.Position;
        var isWide = length >= wideFrom;
        WriteHeader(name, length, isWide);
        ChecksumStream content = new(output);
        write(content);
        var end = output.Position;

        if (content.Length != length)
        {
            throw new InvalidOperationException($"{name} was announced with {length} bytes and has {content.Length}.");
        }

        // The checksum stands before the bytes that it sums.
        output.Position = start + ChecksumAt;
        output.Write(Little4(content.Checksum));
        output.Position = end;
        records.Add(new Record(name, start, length, content.Checksum));
    }

    /// <summary>Writes the directory.</summary>
    public void Finish()
    {
        var start = output.Position;

        foreach (var record in records)
        {
            WriteDirectoryEntry(record);
        }

        var length = output.Position - start;

        if (start >= wideFrom || records.Count >= ushort.MaxValue)
        {
            WriteWideEnd(start, length);
        }

        BinaryBuffer end = new();
        end.U32(0x06054b50).U16(0).U16(0).U16(Clamp2(records.Count)).U16(Clamp2(records.Count)).U32(Clamp4(length)).U32(Clamp4(start)).U16(0);
        end.WriteTo(output);
    }

    private void WriteHeader(string name, long length, bool isWide)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var before = output.Position + HeaderLength + bytes.Length + (isWide ? WideLength : 0) + 4;
        var padding = (int)((Alignment - (before % Alignment)) % Alignment);
        BinaryBuffer header = new();
        header.U32(0x04034b50).U16(Version(isWide)).U16(Utf8Names).U16(0).U16(0).U16(Date).U32(0)
            .U32(Clamp4(length)).U32(Clamp4(length))
            .U16((ushort)bytes.Length).U16((ushort)((isWide ? WideLength : 0) + 4 + padding)).Bytes(bytes);

        if (isWide)
        {
            header.U16(WideTag).U16(WideLength - 4).U64(length).U64(length);
        }

        header.U16(PaddingTag).U16((ushort)padding).Bytes(new byte[padding]);
        header.WriteTo(output);
    }

    private void WriteDirectoryEntry(Record record)
    {
        var name = Encoding.UTF8.GetBytes(record.Name);
        var isWide = record.Length >= wideFrom;
        var isFar = record.Start >= wideFrom;
        var extra = (isWide ? 16 : 0) + (isFar ? 8 : 0);
        BinaryBuffer entry = new();
        entry.U32(0x02014b50).U16(Version(isWide || isFar)).U16(Version(isWide || isFar)).U16(Utf8Names).U16(0).U16(0).U16(Date).U32(record.Checksum)
            .U32(Clamp4(record.Length)).U32(Clamp4(record.Length)).U16((ushort)name.Length).U16((ushort)(extra > 0 ? extra + 4 : 0))
            .U16(0).U16(0).U16(0).U32(0).U32(Clamp4(record.Start)).Bytes(name);

        if (extra > 0)
        {
            entry.U16(WideTag).U16((ushort)extra);
        }

        if (isWide)
        {
            entry.U64(record.Length).U64(record.Length);
        }

        if (isFar)
        {
            entry.U64(record.Start);
        }

        entry.WriteTo(output);
    }

    private void WriteWideEnd(long start, long length)
    {
        var at = output.Position;
        BinaryBuffer end = new();
        end.U32(0x06064b50).U64(44).U16(45).U16(45).U32(0).U32(0).U64(records.Count).U64(records.Count).U64(length).U64(start);
        end.U32(0x07064b50).U32(0).U64(at).U32(1);
        end.WriteTo(output);
    }

    private static ushort Version(bool isWide) => (ushort)(isWide ? 45 : 20);

    private uint Clamp4(long value) => value >= wideFrom ? uint.MaxValue : (uint)value;

    private static ushort Clamp2(long value) => (ushort)Math.Min(value, ushort.MaxValue);

    private static byte[] Little4(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private sealed record Record(string Name, long Start, long Length, uint Checksum);

    /// <summary>Little-endian fields, one after the other.</summary>
    private sealed class BinaryBuffer
    {
        private readonly List<byte> bytes = [];

        public BinaryBuffer U16(ushort value) => Bytes([(byte)value, (byte)(value >> 8)]);

        public BinaryBuffer U32(uint value) => Bytes(Little4(value));

        public BinaryBuffer U64(long value) => U32((uint)value).U32((uint)(value >> 32));

        public BinaryBuffer Bytes(byte[] more)
        {
            bytes.AddRange(more);
            return this;
        }

        public void WriteTo(Stream stream) => stream.Write([.. bytes]);
    }
}
