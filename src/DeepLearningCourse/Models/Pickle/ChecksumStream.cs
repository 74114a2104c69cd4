using ICSharpCode.SharpZipLib.Checksum;

namespace DeepLearningCourse.Models.Pickle;

/// <summary>Passes bytes on, and sums them up as zip files want it.</summary>
internal sealed class ChecksumStream(Stream output) : Stream
{
    private readonly Crc32 sum = new();
    private readonly byte[] buffer = new byte[1 << 16];
    private long length;

    public uint Checksum => (uint)sum.Value;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => length;

    public override long Position { get => length; set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        // SharpZipLib sums arrays only.
        for (var at = 0; at < bytes.Length; at += buffer.Length)
        {
            var part = bytes.Slice(at, Math.Min(buffer.Length, bytes.Length - at));
            part.CopyTo(buffer);
            sum.Update(new ArraySegment<byte>(buffer, 0, part.Length));
            output.Write(part);
        }

        length += bytes.Length;
    }

    public override void Write(byte[] bytes, int offset, int count) => Write(bytes.AsSpan(offset, count));

    public override void Flush() => output.Flush();

    public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
