using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>A layer in PyTorch's words: <c>Linear(in_features=10, out_features=32, bias=True)</c>.</summary>
/// <remarks>Only what TorchSharp keeps, or what the parameters' shapes say, is printed: what only the native layer knows
/// (the dropout of an LSTM, padding_idx of an Embedding) is left out.</remarks>
internal static class LayerText
{
    public static string Of(nn.Module layer) => $"{ClassName(layer)}({Arguments(layer)})";

    public static string ClassName(nn.Module layer)
    {
        var name = layer switch
        {
            IPrintedLayer printed => printed.PrintedName,
            LayerCollection collection => ContainerText.ClassName(collection),
            _ => layer.GetType().Name,
        };
        var generic = name.IndexOf('`', StringComparison.Ordinal);
        return generic < 0 ? name : name[..generic];
    }

    // Classes without a line print no arguments in PyTorch either: all losses, Identity, CosineSimilarity, ...
    private static string Arguments(nn.Module layer) =>
        (layer as IPrintedLayer)?.PrintedArguments
        ?? LinearText.Of(layer)
        ?? ActivationText.Of(layer)
        ?? ConvolutionText.Of(layer)
        ?? PoolingText.Of(layer)
        ?? NormalizationText.Of(layer)
        ?? RecurrentText.Of(layer)
        ?? TransformerText.Of(layer)
        ?? RearrangementText.Of(layer)
        ?? DropoutText(layer)
        ?? "";

    private static string? DropoutText(nn.Module layer) => layer switch
    {
        Dropout d => DropoutText(d.p, d.inplace),
        Dropout1d d => DropoutText(d.p, d.inplace),
        Dropout2d d => DropoutText(d.p, d.inplace),
        Dropout3d d => DropoutText(d.p, d.inplace),
        AlphaDropout d => DropoutText(d.p, d.inplace),
        FeatureAlphaDropout d => DropoutText(d.p, d.inplace),
        _ => null,
    };

    private static string DropoutText(double p, bool inplace) =>
        Invariant($"p={PythonText.Of(p)}, inplace={PythonText.Of(inplace)}");
}
