using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace DeepLearningCourse.Data.Formats;

/// <summary>The encoding of a text file, and what to say where its bytes are of another.</summary>
internal static class CsvEncoding
{
    // What Excel writes where the language is one of western Europe's.
    private const string Usual = "windows-1252";

    /// <summary>The encoding of a name; null for null, and bytes that do not fit are not passed over.</summary>
    /// <exception cref="ArgumentException">There is no such encoding.</exception>
    public static Encoding? Named(string? name)
    {
        try
        {
            // .NET keeps the encodings of Windows and DOS apart.
            return name is null ? null : CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException(
                $"CsvOptions.Encoding is '{Excerpt.Of(name!)}', which is no encoding that .NET knows. Usual ones are 'utf-8', 'utf-16', '{Usual}' and 'iso-8859-1'.", exception);
        }
    }

    /// <summary>What is wrong with the bytes of a cell that was read as UTF-8; null if nothing is.</summary>
    public static string? Problem(ReadOnlySpan<byte> cell)
    {
        if (cell.Contains((byte)0))
        {
            return "the cell has bytes that are 0, as text in UTF-16 has when it is read as UTF-8. Set CsvOptions.Encoding to 'utf-16', or save the file as UTF-8.";
        }

        if (Utf8.IsValid(cell))
        {
            return null;
        }

        var at = 0;

        while (Rune.DecodeFromUtf8(cell[at..], out _, out var length) == OperationStatus.Done)
        {
            at += length;
        }

        var start = cell[Math.Max(0, at - 40)..Math.Min(cell.Length, at + 40)];
        return $"byte {at + 1} of the cell is {cell[at]:X2}, which is not UTF-8. In {Usual}, which Excel writes, it would be '{Excerpt.Of(Named(Usual)!.GetString(start))}': "
            + $"if that is right, set CsvOptions.Encoding to '{Usual}', or save the file as UTF-8.";
    }
}
