using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>Parameters with gradients, without a network.</summary>
internal sealed class ParameterSet : IDisposable
{
    private ParameterSet(IEnumerable<long[]> shapes)
    {
        manual_seed(0);
        Parameters = [.. shapes.Select(shape => new Parameter(randn(shape)) { grad = randn(shape) })];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The sets, by the name that peer.py knows them by.</summary>
    public static IReadOnlyList<(string Name, string Text)> All { get; } = [("small", "60 of 64×64"), ("large", "16, together 2.1 M")];

    public static ParameterSet Create(string name) => new(name == "small"
        ? Enumerable.Repeat<long[]>([64, 64], 60)
        : Enumerable.Repeat<long[][]>([[512, 512], [512]], 8).SelectMany(layer => layer));

    public void Dispose()
    {
        foreach (var parameter in Parameters)
        {
            using var gradient = parameter.grad;
            parameter.Dispose();
        }
    }
}
