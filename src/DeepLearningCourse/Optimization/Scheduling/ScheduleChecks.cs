using System.Runtime.CompilerServices;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>Refuses options that no schedule can have, by their names.</summary>
internal static class ScheduleChecks
{
    public static void NotNegative(PerGroup values, [CallerArgumentExpression(nameof(values))] string name = "")
    {
        foreach (var value in values)
        {
            OptionChecks.NotNegative(value, name);
        }
    }

    public static void Positive(PerGroup values, [CallerArgumentExpression(nameof(values))] string name = "")
    {
        foreach (var value in values)
        {
            OptionChecks.Positive(value, name);
        }
    }

    /// <summary>Momenta lie from 0 to less than 1, as the optimizers want them.</summary>
    public static void Momentum(PerGroup values, [CallerArgumentExpression(nameof(values))] string name = "")
    {
        foreach (var value in values)
        {
            OptionChecks.Beta(value, name);
        }
    }

    public static void Share(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value is >= 0 and <= 1))
        {
            throw OptionChecks.Wrong(name, value, "is a share, from 0 to 1");
        }
    }

    public static void PositiveShare(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value is > 0 and <= 1))
        {
            throw OptionChecks.Wrong(name, value, "is greater than 0 and at most 1");
        }
    }

    public static void Known<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw OptionChecks.Wrong(name, value, $"is one of {string.Join(", ", Enum.GetNames<T>())}");
        }
    }
}
