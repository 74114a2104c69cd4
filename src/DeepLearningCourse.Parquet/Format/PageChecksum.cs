using ICSharpCode.SharpZipLib.Checksum;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>CRC-32 as GZip and Parquet's pages use it.</summary>
internal static class PageChecksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        // SharpZipLib sums arrays only.
        var sum = new Crc32();
        sum.Update(bytes.ToArray());
        return (uint)sum.Value;
    }
}
