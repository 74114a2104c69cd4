using System.Globalization;
using System.IO.Compression;
using CsvHelper;

namespace DeepLearningCourse.Data;

/// <summary>The rows of a CSV file, one at a time, that knows the line it is at.</summary>
internal sealed class CsvRows : IDisposable
{
    private readonly string path;
    private readonly CsvReader reader;

    public CsvRows(string path, char delimiter)
    {
        this.path = path;
        reader = CsvReader.Create(Open(path), new CsvReaderOptions
        {
            Separator = delimiter,
            TrimWhitespace = true,
            TrimInsideQuotes = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        });

        try
        {
            Header = ReadHeader();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<string> Header { get; }

    public int Column(string name)
    {
        var columns = Enumerable.Range(0, Header.Count).Where(c => Header[c] == name).ToArray();

        return columns.Length switch
        {
            1 => columns[0],
            0 => throw new ArgumentException($"{path} has no column '{name}'. Its columns are {string.Join(", ", Header.Select(n => $"'{n}'"))}."),
            _ => throw new ArgumentException($"{path} has {columns.Length} columns named '{name}'. Rename them in the header, so that each name is one column."),
        };
    }

    /// <summary>Goes to the next row that is not blank.</summary>
    public bool Read()
    {
        if (!Legible(reader.Read))
        {
            return false;
        }

        if (reader.FieldCount != Header.Count)
        {
            throw new InvalidDataException(
                $"{path}, line {reader.LineNumber}: the row has {reader.FieldCount} {(reader.FieldCount == 1 ? "cell" : "cells")} and the header has {Header.Count}. " +
                "Is a delimiter missing or one too many, or a text with the delimiter in it without quotes?");
        }

        return true;
    }

    public float Number(int column)
    {
        var cell = reader.GetSpan(column);

        if (cell.IsEmpty)
        {
            throw BadCell(column, "the cell is empty. Fill in a number or remove the row.");
        }

        if (!float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw BadCell(column, $"'{reader.GetString(column)}' is not a number. Write it like 3.14 or 1e-3, with a decimal point, or leave the column out of the features.");
        }

        if (!float.IsFinite(number))
        {
            throw BadCell(column, $"'{reader.GetString(column)}' is not a finite float32 number. Fill in a number or remove the row.");
        }

        return number;
    }

    public void Dispose() => reader.Dispose();

    private static Stream Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no file {path}. A relative path starts from the folder the program runs in, {Environment.CurrentDirectory}.", path);
        }

        var file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private string[] ReadHeader()
    {
        Legible(() =>
        {
            reader.ReadHeader();
            return true;
        });

        string[] header = [.. reader.Headers];
        return header.Length > 0 ? header : throw new InvalidDataException($"{path} is empty: its first line must be a header with the names of the columns.");
    }

    private bool Legible(Func<bool> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException exception)
        {
            throw new InvalidDataException(
                $"{path}, line {exception.LineNumber}: the quotes of the row do not match. Put the whole cell in quotes and double the quotes inside it.", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path} cannot be decompressed: it is not a whole gzip file. Fetch it again, or take .gz off its name if it is plain text.", exception);
        }
    }

    private InvalidDataException BadCell(int column, string what) => new($"{path}, line {reader.LineNumber}, column '{Header[column]}': {what}");
}
