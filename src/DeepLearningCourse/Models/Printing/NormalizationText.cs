using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>The arguments of normalisations.</summary>
internal static class NormalizationText
{
    public static string? Of(nn.Module layer) => layer switch
    {
        NormBase n => Invariant($"{n.num_features}, eps={PythonText.Of(n.eps)}, momentum={PythonText.Of(n.momentum)}, ")
            + $"affine={PythonText.Of(n.affine)}, track_running_stats={PythonText.Of(n.track_running_stats)}",
        LayerNorm n => $"{PythonText.Tuple(n.normalized_shape)}, eps={PythonText.Of(n.eps)}, "
            + $"elementwise_affine={PythonText.Of(n.elementwise_affine)}",
        GroupNorm n => Invariant($"{n.num_groups}, {Channels(n)}eps={PythonText.Of(n.eps)}, affine={PythonText.Of(n.affine)}"),
        LocalResponseNorm n => Invariant($"{n.size}, alpha={PythonText.Of(n.alpha)}, beta={PythonText.Of(n.beta)}, k={PythonText.Of(n.k)}"),
        _ => null,
    };

    // Without weights nothing in the layer says how many channels there are.
    private static string Channels(GroupNorm n) =>
        ParameterShapes.Of(n, "weight") is [var channels] ? Invariant($"{channels}, ") : "";
}
