using Parquet.Meta;
using Chunk = Parquet.Meta.ColumnChunk;
using Type = Parquet.Meta.Type;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>Where the values of a column in a row group lie, and how they are kept.</summary>
internal sealed record ColumnChunk(long Start, long Length, CompressionCodec Codec, long Rows, Type Type, int Width, bool IsNullable)
{
    /// <summary>What the metadata says, once it agrees with the column and the row group.</summary>
    /// <exception cref="DamagedException">It does not; says how.</exception>
    public static ColumnChunk From(RowGroup group, Chunk? chunk, SchemaElement element)
    {
        if (chunk?.MetaData is not { } metadata)
        {
            throw new DamagedException("the row group does not have it");
        }

        if (chunk.FilePath is not null || chunk.CryptoMetadata is not null)
        {
            throw new UnsupportedException("its values are encrypted or in another file. Write them to this file, without encryption.");
        }

        if (metadata.Type != element.Type || metadata.NumValues != group.NumRows)
        {
            throw new DamagedException($"it has {metadata.NumValues} values of type {metadata.Type}, and the file says {group.NumRows} of type {element.Type}");
        }

        if (metadata.Codec is CompressionCodec.LZ4 or CompressionCodec.LZO || !Enum.IsDefined(metadata.Codec))
        {
            throw new UnsupportedException($"its compression, {metadata.Codec}, cannot be read. Write the file with snappy, gzip, zstd or lz4_raw.");
        }

        // Parquet.Net reads from the first of these, too.
        long[] starts = [metadata.DataPageOffset, metadata.DictionaryPageOffset ?? 0, metadata.IndexPageOffset ?? 0];
        return new ColumnChunk(
            starts.Where(start => start != 0).DefaultIfEmpty().Min(), metadata.TotalCompressedSize, metadata.Codec, group.NumRows,
            metadata.Type, WidthOf(element), element.RepetitionType != FieldRepetitionType.REQUIRED);
    }

    private static int WidthOf(SchemaElement element) => element.Type switch
    {
        Type.BOOLEAN => 1,
        Type.INT32 or Type.FLOAT => 4,
        Type.INT64 or Type.DOUBLE => 8,
        _ => element.TypeLength ?? 0,
    };
}
