using System.Buffers.Binary;
using Parquet.Meta;
using Type = Parquet.Meta.Type;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>Holds the pages of a column against what the file says of it, before Parquet.Net allocates what they claim.</summary>
internal static class PageCheck
{
    // What levels, run headers and padded blocks may add to the values themselves.
    private const long Overhead = 8192;
    private const long OverheadPerValue = 16;

    // The most that a byte of gzip can stand for is 1032 bytes.
    private const long LargestRatio = 1100;

    /// <summary>Goes from page to page of a column chunk.</summary>
    /// <returns>How many nulls the pages say there are; null if one does not say.</returns>
    /// <exception cref="DamagedException">A page is not what it should be; says how.</exception>
    public static long? Require(ReadOnlySpan<byte> bytes, ColumnChunk chunk)
    {
        long values = 0;
        long? nulls = 0;

        for (var page = 0; values < chunk.Rows; page++)
        {
            var header = Header(bytes, out var length);
            bytes = bytes[length..];

            if (header.CompressedSize < 0 || header.CompressedSize > bytes.Length || header.UncompressedSize < 0 || header.Values < 0)
            {
                throw new DamagedException($"its page {page} claims {header.CompressedSize} bytes, and {bytes.Length} are left");
            }

            Page(header, bytes[..(int)header.CompressedSize], chunk, page);
            bytes = bytes[(int)header.CompressedSize..];
            values += header.Type == PageHeader.DictionaryPage ? 0 : header.Values;
            nulls = header.Type == PageHeader.DataPage && chunk.IsNullable ? null : nulls + header.Nulls;
        }

        if (values != chunk.Rows)
        {
            throw new DamagedException($"its pages have {values} values, and the row group has {chunk.Rows} rows");
        }

        // The sums are of what is in pages: a page that claims values of the next would hide one.
        return bytes.IsEmpty ? nulls : throw new DamagedException($"{bytes.Length} bytes follow its last page");
    }

    private static PageHeader Header(ReadOnlySpan<byte> bytes, out int length)
    {
        var header = new PageHeader();
        var reader = new ThriftReader(bytes, header);
        reader.Read(MetadataDefinition.PageHeader);
        length = reader.Position;
        return header.Described == header.Type ? header : throw new DamagedException($"it has a page of type {header.Type} described as type {header.Described}");
    }

    private static void Page(PageHeader header, ReadOnlySpan<byte> body, ColumnChunk chunk, int page)
    {
        if (header.Checksum is { } checksum && (uint)checksum != PageChecksum.Of(body))
        {
            throw new DamagedException($"the checksum of its page {page} is wrong");
        }

        if (header.Type == PageHeader.DictionaryPage)
        {
            Dictionary(header, chunk, page);
        }
        else
        {
            Data(header, body, chunk, page);
        }

        Compression(header, body, chunk, page);
    }

    private static void Dictionary(PageHeader header, ColumnChunk chunk, int page)
    {
        var smallest = header.Values * (chunk.Width > 0 ? chunk.Width : sizeof(int));

        if (page > 0 || chunk.Type == Type.BOOLEAN || smallest > header.UncompressedSize)
        {
            throw new DamagedException($"its dictionary claims {header.Values} values in {header.UncompressedSize} bytes, on page {page}");
        }
    }

    private static void Data(PageHeader header, ReadOnlySpan<byte> body, ColumnChunk chunk, int page)
    {
        var levels = header.DefinitionLevelBytes;

        if (header.Values > chunk.Rows || header.Nulls < 0 || header.Nulls > header.Values || header.RepetitionLevelBytes != 0
            || levels < 0 || levels > body.Length || levels > header.UncompressedSize || (!chunk.IsNullable && (levels | header.Nulls) != 0))
        {
            throw new DamagedException($"its page {page} claims {header.Values} values, {header.Nulls} of them null, {levels} bytes of levels");
        }

        if (chunk.IsNullable && header.Type == PageHeader.DataPage && header.DefinitionLevelEncoding != (long)Encoding.RLE)
        {
            throw new UnsupportedException("its nulls are kept in an encoding that was given up in 2013. Write the file again with a newer program.");
        }

        // Parquet.Net 6.1 takes all of them for false.
        if (chunk.Type == Type.BOOLEAN && header.Encoding != (long)Encoding.PLAIN)
        {
            throw new UnsupportedException("its booleans are run-length encoded, which cannot be read. Write the file with data pages of version 1.0, or the column as int8.");
        }

        if (!IsEncodingOf(chunk.Type, (Encoding)header.Encoding))
        {
            throw new UnsupportedException(
                $"its page {page} is in the encoding {(Encoding)header.Encoding}, which cannot be read for values of type {chunk.Type}. Write the column in the encoding PLAIN.");
        }

        if (header.Encoding == (long)Encoding.DELTA_BINARY_PACKED)
        {
            Delta(header, body, chunk, page);
        }
    }

    // Parquet.Net decodes whatever encoding a page names into the memory of whatever type the column has.
    private static bool IsEncodingOf(Type type, Encoding encoding) => encoding switch
    {
        Encoding.PLAIN => true,
        Encoding.PLAIN_DICTIONARY or Encoding.RLE_DICTIONARY => type is not Type.BOOLEAN,
        Encoding.DELTA_BINARY_PACKED => type is Type.INT32 or Type.INT64,
        Encoding.BYTE_STREAM_SPLIT => type is Type.INT32 or Type.INT64 or Type.FLOAT or Type.DOUBLE,
        Encoding.DELTA_LENGTH_BYTE_ARRAY => type is Type.BYTE_ARRAY,
        Encoding.DELTA_BYTE_ARRAY => type is Type.BYTE_ARRAY or Type.FIXED_LEN_BYTE_ARRAY,
        _ => false,
    };

    private static void Compression(PageHeader header, ReadOnlySpan<byte> body, ColumnChunk chunk, int page)
    {
        var levels = (int)header.DefinitionLevelBytes;
        var size = header.UncompressedSize - levels;
        var width = chunk.Width > 0 ? chunk.Width : 64;
        var largest = header.Type == PageHeader.DictionaryPage ? body.Length * LargestRatio : header.Values * (width + OverheadPerValue);
        var frame = chunk.Codec == CompressionCodec.ZSTD && header.IsCompressed ? ZstandardFrame.Size(body[levels..]) : null;

        if (IsStored(header, chunk) && header.UncompressedSize != body.Length)
        {
            throw new DamagedException($"its page {page} claims {header.UncompressedSize} bytes, and has {body.Length}");
        }

        if (Math.Max(size, frame ?? 0) > largest + Overhead)
        {
            throw new DamagedException($"its page {page} claims {Math.Max(size, frame ?? 0)} bytes for {header.Values} values");
        }

        if (chunk.Codec == CompressionCodec.SNAPPY && header.IsCompressed && SnappySize(body[levels..]) != size)
        {
            throw new DamagedException($"its page {page} claims {size} bytes, and has been compressed from another number");
        }
    }

    // Within a compressed page it cannot be seen without decompressing.
    private static void Delta(PageHeader header, ReadOnlySpan<byte> body, ColumnChunk chunk, int page)
    {
        if (!IsStored(header, chunk))
        {
            return;
        }

        var levels = (int)header.DefinitionLevelBytes;

        if (chunk.IsNullable && header.Type == PageHeader.DataPage)
        {
            levels = body.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(body) is var prefix && prefix >= 0 && prefix <= body.Length - 4
                ? prefix + 4
                : throw new DamagedException($"its page {page} ends in the middle of its levels");
        }

        // Writers use blocks of 128 or 256 values. Parquet.Net allocates one before it reads it.
        if (body.Length > levels && LittleEndian128(body[levels..]) is var block && block > Math.Max(65536, (ulong)header.Values * 2))
        {
            throw new DamagedException($"its page {page} claims a block of {block} values, and has {header.Values}");
        }
    }

    private static bool IsStored(PageHeader header, ColumnChunk chunk) => chunk.Codec == CompressionCodec.UNCOMPRESSED || !header.IsCompressed;

    private static long SnappySize(ReadOnlySpan<byte> body) => (long)LittleEndian128(body);

    private static ulong LittleEndian128(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;

        for (var i = 0; i < bytes.Length && i < 9; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);

            if (bytes[i] < 0x80)
            {
                return value;
            }
        }

        return long.MaxValue;
    }
}
