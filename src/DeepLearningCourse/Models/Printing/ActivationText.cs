using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>The arguments of activations.</summary>
internal static class ActivationText
{
    // Sigmoid, Tanh, Hardswish and the like have an inplace in TorchSharp that PyTorch does not have or does not print.
    public static string? Of(nn.Module layer) => layer switch
    {
        ReLU a => InPlace(a.inplace),
        ReLU6 a => InPlace(a.inplace),
        SELU a => InPlace(a.inplace),
        SiLU a => InPlace(a.inplace),
        Mish a => InPlace(a.inplace),
        LeakyReLU a => $"negative_slope={PythonText.Of(a.negative_slope)}{AndInPlace(a.inplace)}",
        RReLU a => $"lower={PythonText.Of(a.lower)}, upper={PythonText.Of(a.upper)}{AndInPlace(a.inplace)}",
        PReLU a => Invariant($"num_parameters={a.num_parameters}"),
        ELU a => $"alpha={PythonText.Of(a.alpha)}{AndInPlace(a.inplace)}",
        CELU a => $"alpha={PythonText.Of(a.alpha)}{AndInPlace(a.inplace)}",
        GELU a => $"approximate='{a.approximate}'",
        GLU a => Dimension(a.dim),
        Hardtanh a => $"min_val={PythonText.Of(a.min_val)}, max_val={PythonText.Of(a.max_val)}{AndInPlace(a.inplace)}",
        Hardshrink a => PythonText.Of(a.lambda),
        Softshrink a => PythonText.Of(a.lambda),
        Softplus a => $"beta={PythonText.Of(a.beta)}, threshold={PythonText.Of(a.threshold)}",
        Threshold a => $"threshold={PythonText.Of(a.threshold)}, value={PythonText.Of(a.value)}{AndInPlace(a.inplace)}",
        Softmax a => Dimension(a.dim),
        Softmin a => Dimension(a.dim),
        LogSoftmax a => Dimension(a.dim),
        _ => null,
    };

    private static string Dimension(long dim) => Invariant($"dim={dim}");

    private static string InPlace(bool inplace) => inplace ? "inplace=True" : "";

    private static string AndInPlace(bool inplace) => inplace ? ", inplace=True" : "";
}
