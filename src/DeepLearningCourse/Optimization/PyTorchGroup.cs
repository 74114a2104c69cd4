using System.Globalization;

namespace DeepLearningCourse.Optimization;

/// <summary>An entry of <c>param_groups</c> in a PyTorch state dict, read by name.</summary>
internal sealed class PyTorchGroup(IReadOnlyDictionary<string, object?> values)
{
    public double Number(string name, double otherwise) => values.GetValueOrDefault(name) switch
    {
        null => otherwise,
        double value => value,
        long value => value,
        int value => value,
        var other => throw Wrong(name, other, "a number"),
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
        ValueTuple<double, double> pair => pair,
        IReadOnlyList<double> { Count: 2 } pair => (pair[0], pair[1]),
        var other => throw Wrong(name, other, "two numbers"),
    };

    private static ArgumentException Wrong(string name, object value, string need) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The state's '{name}' is {value} and has to be {need}."));
}
