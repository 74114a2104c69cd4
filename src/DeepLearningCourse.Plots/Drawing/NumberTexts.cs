using System.Globalization;

namespace DeepLearningCourse.Plots.Drawing;

/// <summary>Numbers as they stand in pictures, the same in all languages of the system.</summary>
internal static class NumberTexts
{
    /// <summary>At most six figures, with an exponent for the very small and the very large.</summary>
    public static string Of(double value)
    {
        // What adding up the distances of marks leaves of 0.
        var rounded = Math.Abs(value) < 1e-14 ? 0 : value;
        return rounded.ToString("G6", CultureInfo.InvariantCulture).Replace("E-0", "E-", StringComparison.Ordinal).Replace("E+0", "E+", StringComparison.Ordinal);
    }

    /// <summary>A share with two decimals.</summary>
    public static string Share(double value) => double.IsNaN(value) ? "–" : value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);
}
