using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>Attention and transformers: native layers whose parts TorchSharp does not show.</summary>
internal static class TransformerText
{
    /// <summary>What the shapes say of a transformer. PyTorch prints its parts instead, with the probability of each
    /// dropout, which only the native layer knows.</summary>
    public static string? Of(nn.Module layer) => layer switch
    {
        TransformerEncoderLayer or TransformerDecoderLayer => Sizes(layer),
        TransformerEncoder or TransformerDecoder => Invariant($"{Sizes(layer)}, num_layers={Layers(layer, "layers.")}"),
        Transformer => Invariant($"{Sizes(layer)}, num_encoder_layers={Layers(layer, "encoder.layers.")}, ")
            + Invariant($"num_decoder_layers={Layers(layer, "decoder.layers.")}"),
        _ => null,
    };

    /// <summary>The parts that PyTorch prints and TorchSharp does not show, where all is known of them.</summary>
    public static IReadOnlyList<(string Name, string Text)> HiddenParts(nn.Module layer)
    {
        if (layer is not MultiheadAttention || ParameterShapes.Of(layer, "out_proj.weight") is not [var outputs, var inputs])
        {
            return [];
        }

        var bias = ParameterShapes.Of(layer, "out_proj.bias") is not null;
        return [("out_proj", $"NonDynamicallyQuantizableLinear({LinearText.Linear(inputs, outputs, bias)})")];
    }

    private static string Sizes(nn.Module layer) => ParameterShapes.Of(layer, "linear1.weight") is [var inner, var model]
        ? Invariant($"d_model={model}, dim_feedforward={inner}") : "";

    private static int Layers(nn.Module layer, string start) => ParameterShapes.Count(layer, start, ".linear1.weight");
}
