using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>The sizes of transformers, from their weights.</summary>
/// <remarks>PyTorch prints a transformer's parts instead, with the probability of each dropout, which only the native layer
/// knows.</remarks>
internal static class TransformerText
{
    // Without a single layer there are no weights, and the sizes before the comma are missing.
    public static string? Of(nn.Module layer) => Arguments(layer)?.TrimStart(',', ' ');

    private static string? Arguments(nn.Module layer) => layer switch
    {
        TransformerEncoderLayer or TransformerDecoderLayer => Sizes(layer),
        TransformerEncoder or TransformerDecoder => Sizes(layer) + Invariant($", num_layers={Layers(layer, "layers.")}"),
        Transformer => Sizes(layer) + Invariant($", num_encoder_layers={Layers(layer, "encoder.layers.")}")
            + Invariant($", num_decoder_layers={Layers(layer, "decoder.layers.")}"),
        _ => null,
    };

    private static string Sizes(nn.Module layer) => ParameterShapes.Of(layer, "linear1.weight") is [var inner, var model]
        ? Invariant($"d_model={model}, dim_feedforward={inner}") : "";

    private static int Layers(nn.Module layer, string start) => ParameterShapes.Count(layer, start, ".linear1.weight");
}
