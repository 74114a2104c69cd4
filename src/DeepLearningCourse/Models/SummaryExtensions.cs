using DeepLearningCourse.Models.Summaries;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A network in a table.</summary>
public static class SummaryExtensions
{
    /// <summary>The layers and their parameters, without shapes, which only data shows.</summary>
    /// <param name="model">The network.</param>
    /// <returns>The summary.</returns>
    public static NetworkSummary Summary(this nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return SummaryBuilder.Build(model, []);
    }

    /// <summary>The layers, their shapes and their sizes for an input of this shape.</summary>
    /// <param name="model">The network. It is called once with zeros, in evaluation mode and without gradients, and is left as it was.</param>
    /// <param name="shape">The shape of the input, the batch included, for instance <c>32, 10</c>.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="ForwardException">The shape does not fit; it names the layer.</exception>
    /// <exception cref="ArgumentException">The network takes several inputs, or something else than a tensor.</exception>
    public static NetworkSummary Summary(this nn.Module model, params long[] shape) => model.Summary([shape]);

    /// <summary>The same for a network of several inputs.</summary>
    /// <param name="model">The network.</param>
    /// <param name="shapes">The shape of each input, the batch included.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="ForwardException">A shape does not fit; it names the layer.</exception>
    /// <exception cref="ArgumentException">The network takes another number of inputs, or something else than tensors.</exception>
    public static NetworkSummary Summary(this nn.Module model, params long[][] shapes)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shapes);
        using var scope = NewDisposeScope();
        return SummaryBuilder.Build(model, NetworkCall.Zeros(model, shapes));
    }

    /// <summary>The same for inputs that must be given, such as the class numbers that an embedding takes.</summary>
    /// <param name="model">The network.</param>
    /// <param name="inputs">What it is called with.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="ForwardException">An input does not fit; it names the layer.</exception>
    /// <exception cref="ArgumentException">The network takes another number of inputs, or something else than tensors.</exception>
    public static NetworkSummary Summary(this nn.Module model, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        return SummaryBuilder.Build(model, inputs);
    }
}
