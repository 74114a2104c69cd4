using Microsoft.Win32.SafeHandles;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>
/// A Parquet file as Parquet.Net may see it: at its own positions, but only the part that was read into memory and checked.
/// </summary>
/// <remarks>A read past the part is an error, where an ordinary stream would answer -1 and Parquet.Net would loop over it.</remarks>
internal sealed class FileWindow(SafeFileHandle file, long length) : Stream
{
    private byte[] part = [];
    private long start;
    private int used;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    /// <summary>The part of the file that is in memory.</summary>
    public ReadOnlySpan<byte> Bytes => part.AsSpan(0, used);

    /// <summary>What every file begins and ends with.</summary>
    public static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Takes a part of the file into memory, in place of the last one.</summary>
    /// <exception cref="DamagedException">The file has no such part.</exception>
    public void Load(long from, long count)
    {
        if (from < 0 || count < 0 || from > length - count || count > Array.MaxLength)
        {
            throw new DamagedException($"it refers to {count} bytes from byte {from} on, and the file has {length}");
        }

        // Kept for the next part: columns of one row group are about as long.
        part = count <= part.Length ? part : new byte[count];
        (start, used) = (from, (int)count);

        for (var done = 0; done < used;)
        {
            var read = RandomAccess.Read(file, part.AsSpan(done, used - done), from + done);
            done += read > 0 ? read : throw new DamagedException("the file became shorter while it was read");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var available = Available();
        var count = Math.Min(buffer.Length, available.Length);
        available[..count].CopyTo(buffer);
        Position += count;
        return count;
    }

    public override int ReadByte()
    {
        var next = Available()[0];
        Position++;
        return next;
    }

    // Completed at once: whoever waits for Parquet.Net's tasks must not need another thread for it.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer, offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private ReadOnlySpan<byte> Available() => Position switch
    {
        _ when Position >= start && Position < start + used => Bytes[(int)(Position - start)..],
        >= 0 and < 4 => Magic[(int)Position..],
        _ => throw new DamagedException($"it refers to byte {Position}, outside of the part that belongs to it"),
    };
}
