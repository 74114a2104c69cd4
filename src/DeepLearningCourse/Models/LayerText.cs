using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A layer in PyTorch's words: <c>Linear(in_features=10, out_features=32, bias=True)</c>.</summary>
internal static class LayerText
{
    public static string Of(nn.Module layer) => $"{ClassName(layer)}({Arguments(layer)})";

    public static string ClassName(nn.Module layer)
    {
        var name = layer is LayerCollection ? layer.GetName() : layer.GetType().Name;
        var generic = name.IndexOf('`', StringComparison.Ordinal);
        return generic < 0 ? name : name[..generic];
    }

    private static string Arguments(nn.Module layer) => layer switch
    {
        Linear l => $"in_features={l.in_features}, out_features={l.out_features}, bias={Bool(l.bias is not null)}",
        Convolution c => Convolution(c),
        BatchNorm n => Normalization(n),
        InstanceNorm n => Normalization(n),
        LayerNorm n => $"{Tuple(n.normalized_shape)}, eps={Number(n.eps)}, elementwise_affine={Bool(n.elementwise_affine)}",
        Dropout d => Dropout(d.p, d.inplace),
        Dropout1d d => Dropout(d.p, d.inplace),
        Dropout2d d => Dropout(d.p, d.inplace),
        Dropout3d d => Dropout(d.p, d.inplace),
        Embedding e => string.Join(", ", Weight(e).shape),
        Flatten f => $"start_dim={f.start_dim}, end_dim={f.end_dim}",
        MaxPool1d p => Pooling([p.kernel_size], [p.stride ?? p.kernel_size], [p.padding ?? 0], [p.dilation ?? 1], p.ceil_mode),
        MaxPool2d p => Pooling(p.kernel_size, p.stride, p.padding, p.dilation, p.ceil_mode),
        AvgPool2d p => $"kernel_size={Size(p.kernel_size)}, stride={Size(p.stride ?? p.kernel_size)}, padding={Size(p.padding ?? [0])}",
        LeakyReLU r => $"negative_slope={Number(r.negative_slope)}{InPlace(r.inplace)}",
        ReLU r => InPlace(r.inplace).TrimStart(',', ' '),
        Softmax s => $"dim={s.dim}",
        LogSoftmax s => $"dim={s.dim}",
        _ => "",
    };

    private static string Convolution(Convolution c)
    {
        var rank = Weight(c).Dimensions - 2;
        var text = $"{c.in_channels}, {c.out_channels}, kernel_size={Tuple(c.kernel_size, rank)}, stride={Tuple(c.stride, rank)}";
        if (c.padding_type is { } named && named != TorchSharp.Padding.Valid)
        {
            text += $", padding={named.ToString().ToLowerInvariant()}";
        }
        else if (c.padding?.Any(p => p != 0) == true)
        {
            text += $", padding={Tuple(c.padding, rank)}";
        }

        text += c.dilation.Any(d => d != 1) ? $", dilation={Tuple(c.dilation, rank)}" : "";
        text += c.groups != 1 ? $", groups={c.groups}" : "";
        return c.parameters().Count() == 1 ? text + ", bias=False" : text;
    }

    private static string Normalization(NormBase n) =>
        $"{n.num_features}, eps={Number(n.eps)}, momentum={(n.momentum is { } m ? Number(m) : "None")}, "
        + $"affine={Bool(n.affine)}, track_running_stats={Bool(n.track_running_stats)}";

    private static string Pooling(long[] kernel, long[]? stride, long[]? padding, long[]? dilation, bool ceil) =>
        $"kernel_size={Size(kernel)}, stride={Size(stride ?? kernel)}, padding={Size(padding ?? [0])}, "
        + $"dilation={Size(dilation ?? [1])}, ceil_mode={Bool(ceil)}";

    private static string Dropout(double p, bool inplace) => $"p={Number(p)}, inplace={Bool(inplace)}";

    private static string InPlace(bool inplace) => inplace ? ", inplace=True" : "";

    private static Parameter Weight(nn.Module layer) => layer.get_parameter("weight")!;

    private static string Bool(bool value) => value ? "True" : "False";

    /// <summary>TorchSharp keeps a square size as an array; PyTorch prints the number that was given.</summary>
    private static string Size(long[] size) => size.Distinct().Count() == 1
        ? size[0].ToString(CultureInfo.InvariantCulture) : Tuple(size);

    private static string Tuple(long[] values, long rank) =>
        Tuple(values.Length == 1 ? [.. Enumerable.Repeat(values[0], (int)rank)] : values);

    private static string Tuple(long[] values) => $"({string.Join(", ", values)}{(values.Length == 1 ? "," : "")})";

    /// <summary>A number as Python writes it: 0.1, 1.0, 1e-05.</summary>
    private static string Number(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.Contains('.', StringComparison.Ordinal) || text.Contains('e', StringComparison.Ordinal) ? text : text + ".0";
    }
}
