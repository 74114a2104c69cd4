using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace DeepLearningCourse.Optimization;

/// <summary>An entry of <c>param_groups</c> in a PyTorch state dict, read by name.</summary>
internal sealed class PyTorchGroup(IReadOnlyDictionary<string, object?> values)
{
    public double Number(string name, double otherwise) => values.GetValueOrDefault(name) switch
    {
        null => otherwise,
        var value => NumberOf(value) ?? throw Wrong(name, value, "a number"),
    };

    public int Count(string name, int otherwise) => Number(name, otherwise) switch
    {
        var value when value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue => (int)value,
        var other => throw Wrong(name, other, "a whole number"),
    };

    /// <summary>A name out of some, or none of them, which stands there as null.</summary>
    public T Choice<T>(string name, T otherwise, (string Text, T Value) choice)
        where T : struct => !values.TryGetValue(name, out var value) ? otherwise : value switch
        {
            null => default,
            string text when text == choice.Text => choice.Value,
            var other => throw Wrong(name, other, $"'{choice.Text}' or None"),
        };

    public bool Flag(string name, bool otherwise) => values.GetValueOrDefault(name) switch
    {
        null => otherwise,
        bool value => value,
        var other => throw Wrong(name, other, "a bool"),
    };

    public (double First, double Second) Pair(string name, (double First, double Second) otherwise) => values.GetValueOrDefault(name) switch
    {
        null => otherwise,
        ITuple { Length: 2 } pair when (NumberOf(pair[0]), NumberOf(pair[1])) is ({ } first, { } second) => (first, second),
        IList { Count: 2 } pair when (NumberOf(pair[0]), NumberOf(pair[1])) is ({ } first, { } second) => (first, second),
        var other => throw Wrong(name, other, "two numbers"),
    };

    // Python's betas may be (0, 0.9).
    private static double? NumberOf(object? value) => value switch
    {
        double number => number,
        long number => number,
        int number => number,
        _ => null,
    };

    private static ArgumentException Wrong(string name, object value, string need) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The state's '{name}' is {value} and has to be {need}."));
}
