using System.Buffers.Binary;
using System.Numerics;

namespace DeepLearningCourse.TensorBoard;

/// <summary>A file of records: length, its check sum, the record, its check sum, all little-endian
/// (<see href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecord</see>).</summary>
internal sealed class RecordStream(Stream stream) : IDisposable
{
    public void Write(ReadOnlySpan<byte> record)
    {
        Span<byte> header = stackalloc byte[12];
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteInt64LittleEndian(header, record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], MaskedCrc(header[..8]));
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedCrc(record));
        stream.Write(header);
        stream.Write(record);
        stream.Write(footer);
    }

    public void Flush() => stream.Flush();

    public void Dispose() => stream.Dispose();

    /// <summary>CRC-32C, turned by 15 bits and shifted, so that the sum of a record that holds sums is no trivial one.</summary>
    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;

        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            sum = BitOperations.Crc32C(sum, one);
        }

        return BitOperations.RotateRight(~sum, 15) + 0xA282EAD8;
    }
}
