using System.Globalization;

namespace DeepLearningCourse.Data.Formats;

/// <summary>Reads the dictionary in a .npy header, and nothing else that Python could write.</summary>
internal sealed class PythonLiteral(string text, string name)
{
    private int at;

    /// <summary>Reads <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>, its keys in any order.</summary>
    /// <exception cref="InvalidDataException">It is not that, or it describes more than plain numbers.</exception>
    public (string Descr, bool IsFortran, long[] Shape) ReadHeader()
    {
        string? descr = null;
        bool? isFortran = null;
        long[]? shape = null;
        Expect('{');

        while (!Take('}'))
        {
            var key = ReadString();
            Expect(':');

            switch (key)
            {
                case "descr" when descr is null:
                    descr = ReadDescr();
                    break;
                case "fortran_order" when isFortran is null:
                    isFortran = ReadBoolean();
                    break;
                case "shape" when shape is null:
                    shape = ReadShape();
                    break;
                default:
                    throw Damaged($"the key '{Excerpt.Of(key)}' is unknown or stands there twice");
            }

            if (!Take(','))
            {
                Expect('}');
                break;
            }
        }

        Skip();

        if (at < text.Length)
        {
            throw Damaged("something follows the description");
        }

        return descr is not null && isFortran is { } fortran && shape is not null
            ? (descr, fortran, shape)
            : throw Damaged("one of 'descr', 'fortran_order' and 'shape' is missing");
    }

    private string ReadDescr()
    {
        Skip();

        if (at < text.Length && text[at] == '[')
        {
            throw new InvalidDataException(
                $"{name} holds records of several fields, which no tensor holds. Save each field on its own: numpy.save('x.npy', a['x']).");
        }

        return ReadString();
    }

    private bool ReadBoolean() => TakeWord("True") || (TakeWord("False") ? false : throw Damaged("fortran_order is neither True nor False"));

    private long[] ReadShape()
    {
        var shape = new List<long>();
        Expect('(');

        while (!Take(')'))
        {
            shape.Add(ReadNumber());

            if (!Take(','))
            {
                Expect(')');
                break;
            }
        }

        return [.. shape];
    }

    private long ReadNumber()
    {
        Skip();
        var start = at;

        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        var isNumber = long.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number);

        // Python 2 wrote an L behind long numbers.
        _ = at < text.Length && text[at] == 'L' && at++ >= 0;
        return isNumber ? number : throw Damaged("the shape is not a tuple of whole numbers");
    }

    private string ReadString()
    {
        Skip();
        var quote = at < text.Length ? text[at] : '\0';
        var end = quote is '\'' or '"' ? text.IndexOf(quote, at + 1) : -1;

        if (end < 0)
        {
            throw Damaged("a text in quotes is missing");
        }

        var content = text[(at + 1)..end];
        at = end + 1;
        return content;
    }

    private bool TakeWord(string word)
    {
        Skip();

        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    private bool Take(char character)
    {
        Skip();

        if (at >= text.Length || text[at] != character)
        {
            return false;
        }

        at++;
        return true;
    }

    private void Expect(char character)
    {
        if (!Take(character))
        {
            throw Damaged($"'{character}' is missing");
        }
    }

    private void Skip()
    {
        while (at < text.Length && text[at] is (' ' or '\n' or '\t' or '\r'))
        {
            at++;
        }
    }

    private InvalidDataException Damaged(string what) => new($"{name} has a header that is no description of an array: {what}, at character {at}. It is damaged.");
}
