using DeepLearningCourse.Models.Diagrams;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A network as a drawing.</summary>
public static class DiagramExtensions
{
    /// <summary>The layers in the order of the data, for an input of this shape.</summary>
    /// <param name="model">The network. It is called once with numbers between 0 and 1, in evaluation mode and without gradients, and is left as it was.</param>
    /// <param name="shape">The shape of the input, the batch included, for instance <c>32, 10</c>.</param>
    /// <returns>The drawing: a box for each call of a layer, shapes on the arrows.</returns>
    /// <exception cref="ForwardException">The shape does not fit; it names the layer.</exception>
    /// <exception cref="ArgumentException">The network takes several inputs, or something else than a tensor; or the shape is empty or negative.</exception>
    public static NetworkDiagram Diagram(this nn.Module model, params long[] shape) => model.Diagram([shape]);

    /// <summary>The same for a network of several inputs.</summary>
    /// <param name="model">The network.</param>
    /// <param name="shapes">The shape of each input, the batch included.</param>
    /// <returns>The drawing.</returns>
    /// <exception cref="ForwardException">A shape does not fit; it names the layer.</exception>
    /// <exception cref="ArgumentException">The network takes another number of inputs, or something else than tensors; or a shape is empty or negative.</exception>
    public static NetworkDiagram Diagram(this nn.Module model, params long[][] shapes)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shapes);
        using var scope = NewDisposeScope();
        return new NetworkDiagram(DiagramBuilder.Build(model, [.. NetworkCall.Zeros(model, shapes).Select(Varied)]));
    }

    /// <summary>The same for inputs that must be given, such as the class numbers that an embedding takes.</summary>
    /// <param name="model">The network.</param>
    /// <param name="inputs">What it is called with, each of the shape that the network takes.</param>
    /// <returns>The drawing.</returns>
    /// <exception cref="ForwardException">An input does not fit; it names the layer.</exception>
    /// <exception cref="ArgumentException">The network takes another number of inputs, or something else than tensors.</exception>
    public static NetworkDiagram Diagram(this nn.Module model, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        return new NetworkDiagram(DiagramBuilder.Build(model, inputs));
    }

    // With zeros every sum and product would look alike. Between 0 and 1, so that a network may cut them to class number 0.
    private static Tensor Varied(Tensor zeros) =>
        zeros.copy_(arange(1, zeros.numel() + 1, dtype: ScalarType.Float64).sin().mul(0.49).add(0.5).reshape(zeros.shape));
}
