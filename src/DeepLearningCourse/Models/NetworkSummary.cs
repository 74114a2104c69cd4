using DeepLearningCourse.Models.Summaries;
using DeepLearningCourse.Runtime.Display;
namespace DeepLearningCourse.Models;

/// <summary>A network's layers with their shapes and sizes, as a table for the console or a notebook, or to compute with.</summary>
/// <remarks>
/// <para>In the manner of <see href="https://github.com/TylerYep/torchinfo">torchinfo</see>. Multiply-adds are counted for linear, bilinear, convolutional,
/// recurrent and attention layers; for other layers with weights of two or more dimensions each position of the input meets each
/// weight once. Biases, normalisation, activations and pooling count nothing.</para>
/// <para>Memory is that of parameters, buffers and what layers without layers inside gave, which is what training keeps for the backward
/// pass; gradients and the state of an optimizer come on top.</para>
/// </remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class NetworkSummary : IHasHtml
{
    internal NetworkSummary(IReadOnlyList<LayerSummary> layers, IReadOnlyList<IReadOnlyList<long>> inputShapes, long parameterBytes, long outputBytes, long inputBytes)
    {
        Layers = layers;
        InputShapes = inputShapes;
        ParameterBytes = parameterBytes;
        OutputBytes = outputBytes;
        InputBytes = inputBytes;
    }

    /// <summary>The network and its layers in the registry's order, each followed by those inside it.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>The shapes of the inputs; empty for a summary without shapes.</summary>
    public IReadOnlyList<IReadOnlyList<long>> InputShapes { get; }

    /// <summary>The numbers in all parameters, each once.</summary>
    public long ParameterCount => Layers[0].ParameterCount;

    /// <summary>How many of them are trained.</summary>
    public long TrainableCount => Layers[0].TrainableCount;

    /// <summary>How many of them are frozen.</summary>
    public long FrozenCount => ParameterCount - TrainableCount;

    /// <summary>Multiplications that are added up in one forward pass of the whole batch.</summary>
    public long MultiplyAdds => Layers[0].MultiplyAdds;

    /// <summary>The bytes of parameters and buffers.</summary>
    public long ParameterBytes { get; }

    /// <summary>The bytes of what the layers gave.</summary>
    public long OutputBytes { get; }

    /// <summary>The bytes of the inputs.</summary>
    public long InputBytes { get; }

    /// <summary>All of these bytes.</summary>
    public long TotalBytes => ParameterBytes + OutputBytes + InputBytes;

    /// <summary>The table, for a console with a font of fixed width.</summary>
    /// <returns>Lines of text.</returns>
    public override string ToString() => SummaryText.Of(this);

    /// <summary>The table for a page or a notebook.</summary>
    /// <returns>A table element of HTML that brings its own style.</returns>
    public string ToHtml() => SummaryHtml.Of(this);
}
