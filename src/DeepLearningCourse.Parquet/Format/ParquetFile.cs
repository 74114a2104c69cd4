using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Parquet;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>An open Parquet file: its columns, its row groups, and the values of both. One thread at a time may use it.</summary>
internal sealed class ParquetFile : IDisposable
{
    private const int TailLength = 8;

    private readonly SafeFileHandle handle;
    private readonly FileWindow window;
    private readonly ParquetReader reader;
    private readonly long footerStart;

    /// <summary>Opens a file and reads its footer.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no Parquet file, or a damaged one.</exception>
    public ParquetFile(string path)
    {
        Path = path;

        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no file {path}. A relative path starts from the folder the program runs in, {Environment.CurrentDirectory}.", path);
        }

        handle = File.OpenHandle(path);

        try
        {
            window = new FileWindow(handle, RandomAccess.GetLength(handle));
            (reader, footerStart) = Checked("its footer", ReadFooter);
            Columns = new ColumnList(path, reader.Metadata!.Schema);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public ColumnList Columns { get; }

    public int RowGroupCount => reader.RowGroupCount;

    public int RowCount(int group) => (int)reader.RowGroups[group].RowCount;

    /// <summary>Refuses a row group that claims many more values than its bytes can mean, before memory is taken for them.</summary>
    public void RequireMemory(int group, IEnumerable<NumberColumn> columns) => Checked($"row group {group}", () =>
    {
        // Equal values cost almost nothing in a file, so many more values than bytes may be right, to an extent.
        const long alwaysAllowed = 1L << 28;
        const long largestRatio = 4096;
        long values = 0;
        long bytes = 0;

        foreach (var column in columns)
        {
            var chunk = Chunk(column, group);
            (values, bytes) = (values + chunk.Rows, bytes + chunk.Length);
        }

        return values * sizeof(float) <= alwaysAllowed + (bytes * largestRatio)
            ? 0
            : throw new DamagedException($"it claims {RowCount(group)} rows in {bytes} bytes");
    });

    /// <summary>Reads the values of a column that are not null, and which rows they belong to.</summary>
    /// <exception cref="InvalidDataException">The column is damaged.</exception>
    public T[] ReadColumn<T>(NumberColumn column, int group, out int[]? levels)
        where T : struct
    {
        int[]? found = null;
        var values = Checked($"row group {group}, column '{column.Name}'", () => ReadValues<T>(column, group, out found));
        levels = found;
        return values;
    }

    public void Dispose()
    {
        window.Dispose();
        handle.Dispose();
    }

    private (ParquetReader Reader, long Start) ReadFooter()
    {
        Span<byte> head = stackalloc byte[4];
        var tail = window.Length >= TailLength + head.Length ? window.Length - TailLength : throw new DamagedException("the file is too short for a Parquet file");
        window.Load(tail, TailLength);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(window.Bytes);

        if (window.Bytes[4..].SequenceEqual("PARE"u8))
        {
            throw new UnsupportedException("the file is encrypted. Write it without encryption.");
        }

        if (RandomAccess.Read(handle, head, 0) < head.Length || !head.SequenceEqual(FileWindow.Magic) || !window.Bytes[4..].SequenceEqual(FileWindow.Magic))
        {
            throw new DamagedException("the file does not begin and end with PAR1, as Parquet files do");
        }

        if (length > tail - head.Length)
        {
            throw new DamagedException($"it claims {length} bytes, and the file has {window.Length}");
        }

        window.Load(tail - length, length + TailLength);
        var shape = new SchemaShape();
        new ThriftReader(window.Bytes[..(int)length], shape).Read(MetadataDefinition.Footer);
        shape.Require();
        return (RequireRows(Waiting.For(() => ParquetReader.CreateAsync(window, leaveStreamOpen: true))), tail - length);
    }

    private static ParquetReader RequireRows(ParquetReader reader) =>
        reader.Metadata!.RowGroups.FirstOrDefault(group => group.NumRows < 0 || group.NumRows > Array.MaxLength) is { } wrong
            ? throw new DamagedException($"it claims a row group of {wrong.NumRows} rows")
            : reader;

    private ColumnChunk Chunk(NumberColumn column, int group)
    {
        var rows = reader.RowGroups[group];
        var chunk = ColumnChunk.From(rows.RowGroup, rows.GetMetadata(column.Field), column.Element);

        return chunk.Rows == 0 || (chunk.Start >= FileWindow.Magic.Length && chunk.Length >= 0 && chunk.Length <= footerStart - chunk.Start)
            ? chunk
            : throw new DamagedException($"it refers to {chunk.Length} bytes from byte {chunk.Start} on, and the values end at byte {footerStart}");
    }

    private T[] ReadValues<T>(NumberColumn column, int group, out int[]? levels)
        where T : struct
    {
        var chunk = Chunk(column, group);
        levels = null;

        if (chunk.Rows == 0)
        {
            return [];
        }

        window.Load(chunk.Start, chunk.Length);
        var nulls = PageCheck.Require(window.Bytes, chunk);
        levels = chunk.IsNullable ? new int[chunk.Rows] : null;
        var values = new DecodedValues<T>(new T[chunk.Rows], levels);
        return values.Fill(() => Decode(column, group, values), nulls);
    }

    private void Decode<T>(NumberColumn column, int group, DecodedValues<T> values)
        where T : struct
    {
        // Not needed, and decoded with less care than values.
        var rows = reader.RowGroups[group];
        rows.GetMetadata(column.Field)!.MetaData!.Statistics = null;
        // A plain null would become an empty Memory.
        var levels = values.Levels is null ? (Memory<int>?)null : values.Levels.AsMemory();
        _ = Waiting.For(async () =>
        {
            await rows.ReadRawAsync<T>(column.Field, values.Values, levels, null).ConfigureAwait(false);
            return 0;
        });
    }

    // Whatever Parquet.Net makes of a damaged file, the user is told the file and the place.
    private T Checked<T>(string place, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UnsupportedException exception)
        {
            throw new InvalidDataException($"{Path}, {place}: {exception.Message}", exception);
        }
        catch (Exception exception)
        {
            var what = exception is DamagedException ? exception.Message : "its bytes cannot be decoded";
            throw new InvalidDataException($"{Path}, {place}: {what}. The file is damaged, or was not written to its end. Fetch or write it again.", exception);
        }
    }
}
