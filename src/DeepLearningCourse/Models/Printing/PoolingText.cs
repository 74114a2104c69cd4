using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>The arguments of pooling layers. FractionalMaxPool prints none.</summary>
internal static class PoolingText
{
    public static string? Of(nn.Module layer) => Maximum(layer) ?? Average(layer) ?? Power(layer) ?? Adaptive(layer);

    private static string? Maximum(nn.Module layer) => layer switch
    {
        MaxPool1d p => Maximum(Window([p.kernel_size], One(p.stride), One(p.padding)), One(p.dilation), p.ceil_mode),
        MaxPool2d p => Maximum(Window(p.kernel_size, p.stride, p.padding), p.dilation, p.ceil_mode),
        MaxPool3d p => Maximum(Window(p.kernel_size, p.stride, p.padding), p.dilation, p.ceil_mode),
        MaxUnpool1d p => TupleWindow([p.kernel_size], One(p.stride), One(p.padding)),
        MaxUnpool2d p => TupleWindow(p.kernel_size, p.stride, p.padding),
        MaxUnpool3d p => TupleWindow(p.kernel_size, p.stride, p.padding),
        _ => null,
    };

    private static string Maximum(string window, long[]? dilation, bool ceil) =>
        $"{window}, dilation={PythonText.Size(dilation ?? [1])}, ceil_mode={PythonText.Of(ceil)}";

    private static string? Average(nn.Module layer) => layer switch
    {
        AvgPool1d p => TupleWindow([p.kernel_size], One(p.stride), One(p.padding)),
        AvgPool2d p => Window(p.kernel_size, p.stride, p.padding),
        AvgPool3d p => Window(p.kernel_size, p.stride, p.padding),
        _ => null,
    };

    private static string? Power(nn.Module layer) => layer switch
    {
        LPPool1d p => Power(p.norm_type, [p.kernel_size], One(p.stride), p.ceil_mode),
        LPPool2d p => Power(p.norm_type, p.kernel_size, p.stride, p.ceil_mode),
        _ => null,
    };

    // Of all poolings this one alone prints a stride that was not given as None.
    private static string Power(double norm, long[] kernel, long[]? stride, bool ceil) =>
        $"norm_type={PythonText.Of(norm)}, kernel_size={PythonText.Size(kernel)}, "
        + $"stride={(stride is null ? "None" : PythonText.Size(stride))}, ceil_mode={PythonText.Of(ceil)}";

    private static string? Adaptive(nn.Module layer) => layer switch
    {
        AdaptiveAvgPool1d p => Adaptive(p.output_size),
        AdaptiveAvgPool2d p => Adaptive(p.output_size),
        AdaptiveAvgPool3d p => Adaptive(p.output_size),
        AdaptiveMaxPool1d p => Adaptive(p.output_size),
        AdaptiveMaxPool2d p => Adaptive(p.output_size),
        // TorchSharp's constructor drops the size.
        AdaptiveMaxPool3d p => p.output_size is { } size ? Adaptive(size) : "",
        _ => null,
    };

    private static string Adaptive(params long[] size) => $"output_size={PythonText.Size(size)}";

    private static string Window(long[] kernel, long[]? stride, long[]? padding) =>
        $"kernel_size={PythonText.Size(kernel)}, stride={PythonText.Size(stride ?? kernel)}, padding={PythonText.Size(padding ?? [0])}";

    private static string TupleWindow(long[] kernel, long[]? stride, long[]? padding) =>
        $"kernel_size={PythonText.Tuple(kernel)}, stride={PythonText.Tuple(stride ?? kernel)}, "
        + $"padding={PythonText.Tuple(padding ?? new long[kernel.Length])}";

    private static long[]? One(long? value) => value is { } given ? [given] : null;
}
