using System.Globalization;
using System.Runtime.CompilerServices;

namespace DeepLearningCourse.Optimization;

/// <summary>Refuses options that no optimizer can have, by their names.</summary>
internal static class OptionChecks
{
    public static void NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!double.IsFinite(value) || value < 0)
        {
            throw Wrong(name, value, "is a finite number from 0 on");
        }
    }

    public static void Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!double.IsFinite(value) || value <= 0)
        {
            throw Wrong(name, value, "is a finite number greater than 0");
        }
    }

    public static void Beta(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value is >= 0 and < 1))
        {
            throw Wrong(name, value, "is from 0 to less than 1");
        }
    }

    public static ArgumentOutOfRangeException Wrong(string name, object value, string need) =>
        new(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} {need}, and it is {value}."));
}
