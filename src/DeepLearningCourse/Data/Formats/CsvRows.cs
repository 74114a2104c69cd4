using System.Globalization;
using System.Numerics;
using System.Text;
using CsvHelper;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Formats;

/// <summary>The rows of a CSV file, one at a time, that knows the line it is at.</summary>
internal sealed class CsvRows : IDisposable
{
    /// <summary>What a cell may have, and a row: more is no table, and might not fit into memory.</summary>
    public const int MaxCellBytes = 1 << 24;
    private const int MaxRowBytes = 1 << 28;

    private readonly string path;
    private readonly CsvReader reader;
    private readonly byte[][] missingTexts;
    private readonly bool decimalComma;
    private readonly int maxRowBytes;
    private readonly Dictionary<string, int> columns = [];
    private bool firstRowIsRead;

    /// <param name="stream">The text, which is closed with this.</param>
    /// <param name="path">Where it is from, for the messages.</param>
    /// <param name="delimiter">What separates cells.</param>
    /// <param name="options">How it is to be understood.</param>
    /// <param name="maxRowBytes">How long a row may be.</param>
    public CsvRows(Stream stream, string path, char delimiter, CsvOptions options, int maxRowBytes = MaxRowBytes)
    {
        (this.path, this.maxRowBytes) = (path, maxRowBytes);
        missingTexts = [.. options.MissingTexts.Select(Encoding.UTF8.GetBytes)];
        decimalComma = options.DecimalComma;
        reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = delimiter,

            // Its own header would be read as text before its bytes can be looked at.
            HasHeader = false,
            TrimWhitespace = true,
            TrimInsideQuotes = true,
            TrackLineNumbers = true,
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = maxRowBytes,
            Encoding = CsvEncoding.Named(options.Encoding),
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

        for (var i = 0; i < Header.Count; i++)
        {
            // A name that comes twice is an error only for those who ask for it.
            columns[Header[i]] = columns.TryGetValue(Header[i], out _) ? -1 : i;
        }
    }

    public IReadOnlyList<string> Header { get; }

    public int Column(string name)
    {
        if (!columns.TryGetValue(name, out var column))
        {
            throw new ArgumentException($"{path} has no column '{name}'. Its columns are {Excerpt.Of(Header)}.");
        }

        return column >= 0 ? column : throw new ArgumentException(
            $"{path} has {Header.Count(other => other == name)} columns named '{Excerpt.Of(name)}'. Rename them in the header, so that each name is one column.");
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

    /// <summary>A cell as a finite number.</summary>
    /// <exception cref="InvalidDataException">It is none, or a whole one that the type does not have.</exception>
    public T Number<T>(int column)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        if (!TryParse<T>(column, out var number))
        {
            throw BadCell(
                column, $"'{Excerpt.Of(Text(column))}' is not a number. Write it like {(decimalComma ? "3,14 or 1e-3, with a decimal comma" : "3.14 or 1e-3, with a decimal point")}, " +
                "name the column in CsvOptions.Categories if it holds text, or leave it out of the features.");
        }

        if (!T.IsFinite(number))
        {
            throw BadCell(column, $"'{Excerpt.Of(Text(column))}' is not a finite {WholeNumbers.NameOf<T>()} number. Fill in a number or remove the row.");
        }

        if (WholeNumbers.MayBeRounded(number) && WholeNumbers.Problem(Text(column), decimalComma, number) is { } problem)
        {
            throw BadCell(column, problem);
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

    /// <summary>A cell as text.</summary>
    /// <exception cref="InvalidDataException">It is longer than any cell, or its bytes are of another encoding.</exception>
    public string Text(int column) => Problem(column) is { } problem ? throw BadCell(column, problem) : reader.GetString(column);

    public InvalidDataException BadCell(int column, string what) => new($"{path}, line {reader.LineNumber}, column '{Excerpt.Of(Header[column])}': {what}");

    public void Dispose() => reader.Dispose();

    /// <summary>Options that contradict each other; to be asked before a file is opened.</summary>
    public static void RequireSense(char delimiter, CsvOptions options)
    {
        if (options.DecimalComma && delimiter == ',')
        {
            throw new ArgumentException("With CsvOptions.DecimalComma the comma cannot separate cells too. Give the delimiter, such as ';'.");
        }

        CsvEncoding.Named(options.Encoding);

        if (options.Dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException($"CsvOptions.Dtype is {options.Dtype}: a table is of Float32 or Float64. Convert X and y afterwards, with table.X.to(...).");
        }

        if (options.HasHeader && options.ColumnNames is not null)
        {
            throw new ArgumentException("CsvOptions.ColumnNames names the columns of a file without a header: set HasHeader to false, or leave the names out.");
        }
    }

    private string[] ReadHeader()
    {
        if (!Legible(reader.Read))
        {
            throw new InvalidDataException($"{path} is empty: its first line must be a header with the names of the columns.");
        }

        var header = new string[reader.FieldCount];

        for (var i = 0; i < header.Length; i++)
        {
            header[i] = Problem(i) is { } problem
                ? throw new InvalidDataException($"{path}, line {reader.LineNumber}, name of column {i + 1}: {problem}")
                : reader.GetString(i);
        }

        return header;
    }

    private string? Problem(int column)
    {
        var cell = reader.GetSpan(column);
        return cell.Length <= MaxCellBytes
            ? CsvEncoding.Problem(cell)
            : $"the cell has {cell.Length} bytes, and one of a table has at most {MaxCellBytes}. Is a quote missing, or is it the wrong file?";
    }

    private bool Legible(Func<bool> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException exception) when (exception.Message.Contains(nameof(CsvReaderOptions.MaxRecordSize), StringComparison.Ordinal))
        {
            throw new InvalidDataException(
                $"{path}, line {exception.LineNumber}: the row has more than {maxRowBytes} bytes. Is a quote opened and never closed, or is it the wrong file?", exception);
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
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException(
                $"{path}, after line {reader.LineNumber}: there are bytes ({Convert.ToHexString(exception.BytesUnknown ?? [])}) that CsvOptions.Encoding does not have. Name the file's own.", exception);
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

    private bool TryParse<T>(int column, out T number)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        var cell = reader.GetSpan(column);

        if (!decimalComma)
        {
            return T.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        }

        number = T.Zero;
        return !cell.Contains((byte)'.') && T.TryParse(Text(column).Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
