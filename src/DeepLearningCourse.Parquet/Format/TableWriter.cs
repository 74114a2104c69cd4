using DeepLearningCourse.Runtime;
using Parquet;
using Parquet.Schema;
using static TorchSharp.torch;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>Writes columns of tensors as row groups of a Parquet file.</summary>
internal sealed class TableWriter(IReadOnlyList<string> names, IReadOnlyList<Tensor> columns, int rowsPerGroup)
{
    private readonly DataField[] fields = [.. names.Zip(columns, (name, column) => new DataField(name, ElementOf(column), isNullable: false, isArray: false))];

    /// <summary>Writes the whole file, aside and then in place of the old one.</summary>
    public void Write(string path) => AtomicFile.Write(path, stream => _ = Waiting.For(() => WriteAsync(stream)));

    /// <summary>Which type of C# a column's values have in the file.</summary>
    /// <exception cref="ArgumentException">Parquet has none for it.</exception>
    public static Type ElementOf(Tensor column) => column.dtype switch
    {
        ScalarType.Float32 => typeof(float),
        ScalarType.Float64 => typeof(double),
        ScalarType.Int32 => typeof(int),
        ScalarType.Int64 => typeof(long),
        ScalarType.Bool => typeof(bool),
        var other => throw new ArgumentException(
            $"A table of {other} cannot be written: Parquet keeps float32, float64, int32, int64 and bool. Convert it first, as in X.to(float32)."),
    };

    private async Task<bool> WriteAsync(Stream stream)
    {
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream).ConfigureAwait(false);
        var rows = columns[0].shape[0];

        for (long start = 0; start < rows; start += rowsPerGroup)
        {
            using var group = writer.CreateRowGroup();
            var count = Math.Min(rowsPerGroup, rows - start);

            for (var c = 0; c < fields.Length; c++)
            {
                await WriteAsync(group, fields[c], columns[c], start, count).ConfigureAwait(false);
            }
        }

        return true;
    }

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, Tensor column, long start, long count) => column.dtype switch
    {
        ScalarType.Float32 => group.WriteAsync<float>(field, Values<float>(column, start, count)),
        ScalarType.Float64 => group.WriteAsync<double>(field, Values<double>(column, start, count)),
        ScalarType.Int32 => group.WriteAsync<int>(field, Values<int>(column, start, count)),
        ScalarType.Int64 => group.WriteAsync<long>(field, Values<long>(column, start, count)),
        _ => group.WriteAsync<bool>(field, Values<bool>(column, start, count)),
    };

    private static ReadOnlyMemory<T> Values<T>(Tensor column, long start, long count)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        return column.narrow(0, start, count).detach().cpu().contiguous().data<T>().ToArray();
    }
}
