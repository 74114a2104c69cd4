using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>The arguments of linear layers and of embeddings.</summary>
internal static class LinearText
{
    public static string? Of(nn.Module layer) => layer switch
    {
        Linear l => Linear(l.in_features, l.out_features, l.bias is not null),
        Bilinear l => Invariant($"in1_features={l.in1_features}, in2_features={l.in2_features}, ")
            + Invariant($"out_features={l.out_features}, bias={PythonText.Of(l.bias is not null)}"),
        Embedding or EmbeddingBag => EmbeddingSizes(layer),
        _ => null,
    };

    public static string Linear(long inputs, long outputs, bool bias) =>
        Invariant($"in_features={inputs}, out_features={outputs}, bias={PythonText.Of(bias)}");

    // The native layer keeps its padding_idx, max_norm, norm_type, mode and sparse to itself.
    private static string EmbeddingSizes(nn.Module layer) =>
        ParameterShapes.Of(layer, "weight") is [var count, var size] ? Invariant($"{count}, {size}") : "";
}
