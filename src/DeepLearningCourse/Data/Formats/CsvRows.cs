using System.Globalization;
using System.Text;
using CsvHelper;

namespace DeepLearningCourse.Data.Formats;

/// <summary>The rows of a CSV file, one at a time, that knows the line it is at.</summary>
internal sealed class CsvRows : IDisposable
{
    private readonly string path;
    private readonly CsvReader reader;
    private readonly byte[][] missingTexts;
    private readonly bool decimalComma;
    private bool firstRowIsRead;

    /// <param name="stream">The text, which is closed with this.</param>
    /// <param name="path">Where it is from, for the messages.</param>
    /// <param name="delimiter">What separates cells.</param>
    /// <param name="options">How it is to be understood.</param>
    public CsvRows(Stream stream, string path, char delimiter, CsvOptions options)
    {
        this.path = path;
        missingTexts = [.. options.MissingTexts.Select(Encoding.UTF8.GetBytes)];
        decimalComma = options.DecimalComma;
        reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = options.HasHeader,
            TrimWhitespace = true,
            TrimInsideQuotes = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        });

        try
        {
            Header = options.HasHeader ? ReadHeader() : NameColumns(options.ColumnNames);
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
        if (!firstRowIsRead && !Legible(reader.Read))
        {
            return false;
        }

        firstRowIsRead = false;

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
        if (!TryParse(column, out var number))
        {
            throw BadCell(
                column, $"'{reader.GetString(column)}' is not a number. Write it like {(decimalComma ? "3,14 or 1e-3, with a decimal comma" : "3.14 or 1e-3, with a decimal point")}, " +
                "name the column in CsvOptions.Categories if it holds text, or leave it out of the features.");
        }

        if (!float.IsFinite(number))
        {
            throw BadCell(column, $"'{reader.GetString(column)}' is not a finite float32 number. Fill in a number or remove the row.");
        }

        return number;
    }

    /// <summary>Whether the cell holds nothing.</summary>
    public bool IsMissing(int column)
    {
        var cell = reader.GetSpan(column);

        foreach (var text in missingTexts)
        {
            if (cell.SequenceEqual(text))
            {
                return true;
            }
        }

        return cell.IsEmpty;
    }

    public string Text(int column) => reader.GetString(column);

    public InvalidDataException BadCell(int column, string what) => new($"{path}, line {reader.LineNumber}, column '{Header[column]}': {what}");

    public void Dispose() => reader.Dispose();

    /// <summary>Options that contradict each other; to be asked before a file is opened.</summary>
    public static void RequireSense(char delimiter, CsvOptions options)
    {
        if (options.DecimalComma && delimiter == ',')
        {
            throw new ArgumentException("With CsvOptions.DecimalComma the comma cannot separate cells too. Give the delimiter, such as ';'.");
        }

        if (options.HasHeader && options.ColumnNames is not null)
        {
            throw new ArgumentException("CsvOptions.ColumnNames names the columns of a file without a header: set HasHeader to false, or leave the names out.");
        }
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
            throw new InvalidDataException($"{path} cannot be decompressed: it is not a whole gzip file. Fetch it again.", exception);
        }
    }

    private string[] NameColumns(IReadOnlyList<string>? names)
    {
        firstRowIsRead = Legible(reader.Read);

        if (!firstRowIsRead)
        {
            throw new InvalidDataException($"{path} is empty: it has no rows.");
        }

        if (names is not null && names.Count != reader.FieldCount)
        {
            throw new ArgumentException($"{path} has {reader.FieldCount} columns in its first line and CsvOptions.ColumnNames has {names.Count}: name each column.");
        }

        return [.. names ?? Enumerable.Range(0, reader.FieldCount).Select(i => i.ToString(CultureInfo.InvariantCulture))];
    }

    private bool TryParse(int column, out float number)
    {
        if (!decimalComma)
        {
            return float.TryParse(reader.GetSpan(column), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        }

        number = 0;
        var cell = reader.GetString(column);
        return !cell.Contains('.') && float.TryParse(cell.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
