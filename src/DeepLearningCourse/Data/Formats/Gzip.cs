using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.GZip;

namespace DeepLearningCourse.Data.Formats;

/// <summary>Files that may be compressed with gzip, whatever they are called.</summary>
internal static class Gzip
{
    /// <summary>Deflate makes no more than this of one byte.</summary>
    public const int MaxRatio = 1032;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="available">How many bytes it has, or can have when decompressed.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Stream Open(string path, out long available)
    {
        var file = OpenPlain(path);
        var stream = Decompressed(file);
        available = stream == file ? file.Length : file.Length * MaxRatio;
        return stream;
    }

    /// <summary>What a stream says once it is decompressed, if it is compressed.</summary>
    public static Stream Decompressed(Stream stream)
    {
        Span<byte> start = stackalloc byte[2];
        var isGzip = stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start[0] == 0x1f && start[1] == 0x8b;
        stream.Position = 0;
        return isGzip ? new CheckedGzip(stream) : stream;
    }

    /// <summary>Opens a file, or says from where its path was looked for.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FileStream OpenPlain(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        return File.Exists(path) ? File.OpenRead(path) : throw new FileNotFoundException(
            $"There is no file {path}. A relative path starts from the folder the program runs in, {Environment.CurrentDirectory}.", path);
    }

    /// <summary>.NET's GZipStream takes a file that was cut short for a whole one; this one checks its length and sum.</summary>
    private sealed class CheckedGzip(Stream stream) : GZipInputStream(stream)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                return base.Read(buffer, offset, count);
            }
            catch (Exception exception) when (exception is SharpZipBaseException or EndOfStreamException or IndexOutOfRangeException)
            {
                throw new InvalidDataException($"cut short or damaged: {exception.Message}", exception);
            }
        }
    }
}
