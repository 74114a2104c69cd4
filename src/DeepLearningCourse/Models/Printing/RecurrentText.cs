using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>The arguments of recurrent layers and of their cells.</summary>
/// <remarks>Their dropout, and an RNNCell's nonlinearity, are known to the native layer only.</remarks>
internal static class RecurrentText
{
    public static string? Of(nn.Module layer) => layer switch
    {
        RNN r => Layers(r, BatchFirst(r)),
        LSTM r => Layers(r, BatchFirst(r)),
        GRU r => Layers(r, BatchFirst(r)),
        RNNCell or LSTMCell or GRUCell => Sizes(layer, "weight_ih", "weight_hh") + Bias(layer),
        _ => null,
    };

    private static string Layers(nn.Module layer, bool batchFirst)
    {
        var directions = ParameterShapes.Count(layer, "weight_ih_l0");
        var layers = ParameterShapes.Count(layer, "weight_ih_l") / Math.Max(directions, 1);
        return Sizes(layer, "weight_ih_l0", "weight_hh_l0")
            + (layers == 1 ? "" : Invariant($", num_layers={layers}"))
            + Bias(layer)
            + (batchFirst ? ", batch_first=True" : "")
            + (directions == 2 ? ", bidirectional=True" : "");
    }

    private static string Sizes(nn.Module layer, string input, string hidden) =>
        Invariant($"{ParameterShapes.Of(layer, input)?[1]}, {ParameterShapes.Of(layer, hidden)?[1]}");

    private static string Bias(nn.Module layer) => ParameterShapes.Count(layer, "bias") == 0 ? ", bias=False" : "";

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool BatchFirst(RNN layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool BatchFirst(LSTM layer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_batch_first")]
    private static extern ref bool BatchFirst(GRU layer);
}
