using DeepLearningCourse.Data.Formats;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Reads and writes arrays as <c>.npy</c> files, numpy's format.</summary>
/// <remarks>
/// <para>The format: <see href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"/>, versions 1 to 3, both byte orders,
/// C and Fortran order. Object arrays, which are pickled Python, are refused.</para>
/// <para>torch lacks numpy's larger unsigned types: uint16 becomes int32, uint32 and uint64 become int64.</para>
/// </remarks>
/// <example>
/// <code>
/// using var X = Npy.Read("X.npy");            // numpy.save("X.npy", X) in Python
/// Npy.Write("predictions.npy", predictions);  // numpy.load("predictions.npy")
/// </code>
/// </example>
public static class Npy
{
    /// <summary>Reads an array.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A new tensor on the processor, of the array's shape; of shape <c>[]</c> for a single number.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no .npy file, a damaged one, or one of something else than numbers.</exception>
    public static Tensor Read(string path)
    {
        using var stream = Gzip.OpenPlain(path);
        return Read(stream, stream.Length, path);
    }

    /// <summary>Writes a tensor, byte for byte as numpy writes it.</summary>
    /// <param name="path">The file. It is written aside and renamed: an interrupted program leaves the old file.</param>
    /// <param name="tensor">The tensor, of any shape and on any device; a gradient history is left out.</param>
    /// <exception cref="NotSupportedException">numpy has no type for the tensor's dtype (bfloat16).</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensor);
        var header = NpyHeader.For(tensor.dtype, tensor.shape);
        AtomicFile.Write(path, stream => Write(stream, header, tensor));
    }

    internal static Tensor Read(Stream stream, long available, string name) =>
        NpyData.Read(stream, NpyHeader.Read(stream, available, name), name);

    internal static void Write(Stream stream, byte[] header, Tensor tensor)
    {
        stream.Write(header);
        NpyData.Write(stream, tensor);
    }
}
