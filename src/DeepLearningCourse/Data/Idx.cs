using System.Buffers.Binary;
using DeepLearningCourse.Data.Formats;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Reads arrays as <c>.idx</c> files, the format of MNIST and its family, plain or compressed with gzip.</summary>
/// <remarks>The format is described at the end of <see href="http://yann.lecun.com/exdb/mnist/">LeCun's page on MNIST</see>: numbers with the highest byte first.</remarks>
public static class Idx
{
    /// <summary>Reads an array.</summary>
    /// <param name="path">The file; whether it is compressed shows in its first bytes.</param>
    /// <returns>A new tensor on the processor: <c>[images, rows, columns]</c> of uint8 for images, <c>[images]</c> of uint8 for labels.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no IDX file, or a damaged one.</exception>
    public static Tensor Read(string path)
    {
        using var stream = Gzip.Open(path, out var available);
        return Read(stream, available, path);
    }

    internal static Tensor Read(Stream stream, long available, string name)
    {
        try
        {
            return NpyData.Read(stream, ReadHeader(stream, available, name), name);
        }
        catch (InvalidDataException exception) when (!exception.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name} cannot be decompressed: it is not a whole gzip file. Fetch it again.", exception);
        }
    }

    private static NpyHeader ReadHeader(Stream stream, long available, string name)
    {
        Span<byte> start = stackalloc byte[4];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var element = start[2] switch
        {
            _ when read < start.Length || start[0] != 0 || start[1] != 0 || start[3] == 0 => null,
            0x08 => "|u1",
            0x09 => "|i1",
            0x0B => ">i2",
            0x0C => ">i4",
            0x0D => ">f4",
            0x0E => ">f8",
            _ => null,
        };

        if (element is null)
        {
            throw new InvalidDataException($"{name} is not an IDX file: it does not begin with two zeros, a type and the number of dimensions.");
        }

        return new NpyHeader(NpyElement.Parse(element, name), false, ReadShape(stream, start[3], name), 4 + (4 * start[3])).RequireData(available, name);
    }

    private static long[] ReadShape(Stream stream, int dimensions, string name)
    {
        var shape = new long[dimensions];
        Span<byte> extent = stackalloc byte[4];

        for (var i = 0; i < dimensions; i++)
        {
            if (stream.ReadAtLeast(extent, extent.Length, throwOnEndOfStream: false) < extent.Length)
            {
                throw new InvalidDataException($"{name} ends within its header. Was it cut short?");
            }

            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(extent);
        }

        return shape;
    }
}
