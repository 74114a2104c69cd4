using System.Globalization;
using System.Numerics;

namespace DeepLearningCourse.Data.Formats;

/// <summary>Whole numbers, written in a file, that a type of floating point does not have: dates and codes would become others.</summary>
internal static class WholeNumbers
{
    /// <summary>The type's name in torch.</summary>
    public static string NameOf<T>() => typeof(T) == typeof(float) ? "float32" : "float64";

    /// <summary>Whether a number is so large that not all whole ones beside it are there.</summary>
    public static bool MayBeRounded<T>(T number)
        where T : struct, IBinaryFloatingPointIeee754<T> =>
        T.Abs(number) >= T.CreateChecked(typeof(T) == typeof(float) ? 1L << 24 : 1L << 53);

    /// <summary>What to say if a text is a whole number and what was read of it another; null if not. Numbers with an exponent or a fraction are measured, and rounded anyhow.</summary>
    public static string? Problem<T>(string text, bool decimalComma, T number)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        var point = text.IndexOf(decimalComma ? ',' : '.');
        var whole = point >= 0 && text.AsSpan(point + 1).Trim('0').IsEmpty ? text.AsSpan(0, point) : text;

        if (!BigInteger.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exact))
        {
            return null;
        }

        var read = new BigInteger(double.CreateChecked(number));
        var advice = typeof(T) == typeof(float) ? "Set CsvOptions.Dtype to Float64, name" : "Name";
        return read == exact ? null : $"{Excerpt.Of(text)} is a whole number that {NameOf<T>()} does not have: it would become {read}. "
            + $"{advice} the column in CsvOptions.Categories if it holds codes, or leave it out of the features.";
    }
}
