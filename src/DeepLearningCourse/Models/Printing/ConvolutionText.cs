using TorchSharp;
using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>The arguments of convolutions and of padding layers.</summary>
internal static class ConvolutionText
{
    public static string? Of(nn.Module layer) => layer switch
    {
        Convolution c => Convolution(c),
        ConstantPad1d or ConstantPad2d or ConstantPad3d => ConstantPad((PadBase)layer),
        PadBase p => PythonText.Tuple(p.padding),
        _ => null,
    };

    // PyTorch prints the first four always, and the others where they are not the default.
    private static string Convolution(Convolution c) =>
        Invariant($"{c.in_channels}, {c.out_channels}, ")
        + $"kernel_size={PythonText.Tuple(c.kernel_size)}, stride={PythonText.Tuple(c.stride)}"
        + Padding(c)
        + Unless(1, "dilation", c.dilation)
        + Unless(0, "output_padding", c.output_padding)
        + (c.groups == 1 ? "" : Invariant($", groups={c.groups}"))
        + (c.bias is null ? ", bias=False" : "")
        + (c.padding_mode == PaddingModes.Zeros ? "" : $", padding_mode={c.padding_mode.ToString().ToLowerInvariant()}");

    private static string Padding(Convolution c) => c.padding_type is { } named
        ? $", padding={named.ToString().ToLowerInvariant()}"
        : Unless(0, "padding", c.padding ?? []);

    private static string Unless(long usual, string name, long[] values) =>
        Array.TrueForAll(values, value => value == usual) ? "" : $", {name}={PythonText.Tuple(values)}";

    private static string ConstantPad(PadBase p) =>
        $"padding={PythonText.Tuple(p.padding)}, value={PythonText.Of(p.value)}";
}
