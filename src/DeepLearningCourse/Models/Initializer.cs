using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A way to draw the first values of a parameter; <see cref="Initializers"/> makes them.</summary>
public sealed class Initializer
{
    private readonly int leastDimensions;
    private readonly int mostDimensions;
    private readonly bool isRandom;
    private readonly Action<Tensor> fill;

    internal Initializer(string name, Action<Tensor> fill, int leastDimensions = 0, int mostDimensions = int.MaxValue, bool isRandom = true)
    {
        Name = name;
        this.fill = fill;
        this.leastDimensions = leastDimensions;
        this.mostDimensions = mostDimensions;
        this.isRandom = isRandom;
    }

    /// <summary>What it is called, for instance <c>XavierUniform</c>.</summary>
    public string Name { get; }

    /// <summary>The name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;

    /// <summary>Why it cannot set a tensor, as the end of a sentence; null if it can.</summary>
    internal string? Objection(Tensor tensor)
    {
        if (tensor.Dimensions < leastDimensions || tensor.Dimensions > mostDimensions)
        {
            return $"needs {(leastDimensions == mostDimensions ? "exactly" : "at least")} {leastDimensions} dimensions";
        }

        return isRandom && !tensor.is_floating_point() ? $"needs real numbers, and the type is {tensor.dtype}" : null;
    }

    /// <summary>Sets a tensor in place, without a gradient being recorded.</summary>
    internal void Apply(Tensor tensor)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();

        // An alias: in-place operations return their tensor, and the scope would take the parameter itself.
        fill(tensor.detach());
    }
}
