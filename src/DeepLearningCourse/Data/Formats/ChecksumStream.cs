using System.IO.Hashing;

namespace DeepLearningCourse.Data.Formats;

/// <summary>Passes bytes on, those that are read and those that are written, and sums them up as zip files want it.</summary>
internal sealed class ChecksumStream(Stream inner) : Stream
{
    private readonly Crc32 sum = new();
    private long length;

    public uint Checksum => sum.GetCurrentHashAsUInt32();

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    /// <summary>How many bytes were passed on.</summary>
    public override long Length => length;

    public override long Position { get => length; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> bytes)
    {
        var count = inner.Read(bytes);
        Add(bytes[..count]);
        return count;
    }

    public override int Read(byte[] bytes, int offset, int count) => Read(bytes.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        inner.Write(bytes);
        Add(bytes);
    }

    public override void Write(byte[] bytes, int offset, int count) => Write(bytes.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Add(ReadOnlySpan<byte> bytes)
    {
        sum.Append(bytes);
        length += bytes.Length;
    }
}
