using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>The arguments of layers that move elements to other places: flatten, fold, shuffle, upsample.</summary>
internal static class RearrangementText
{
    public static string? Of(nn.Module layer) => layer switch
    {
        Flatten r => Invariant($"start_dim={r.start_dim}, end_dim={r.end_dim}"),
        Unflatten r => Invariant($"dim={r.dim}, unflattened_size={PythonText.Tuple(r.unflattened_size)}"),
        Fold r => $"output_size={PythonText.Size(r.output_size)}, {Window(r.kernel_size, r.dilation, r.padding, r.stride)}",
        Unfold r => Window(r.kernel_size, r.dilation, r.padding, r.stride),
        PixelShuffle r => Invariant($"upscale_factor={r.upscale_factor}"),
        PixelUnshuffle r => Invariant($"downscale_factor={r.downscale_factor}"),
        ChannelShuffle r => Invariant($"groups={r.groups}"),
        Upsample r => Upsample(r),
        _ => null,
    };

    private static string Window((long, long) kernel, (long, long) dilation, (long, long) padding, (long, long) stride) =>
        $"kernel_size={PythonText.Size(kernel)}, dilation={PythonText.Size(dilation)}, "
        + $"padding={PythonText.Size(padding)}, stride={PythonText.Size(stride)}";

    private static string Upsample(Upsample r)
    {
        var target = r.scale_factor.IsEmpty
            ? $"size={(r.size.IsEmpty ? "None" : PythonText.Size(r.size.ToArray()))}"
            : $"scale_factor={PythonText.Size(r.scale_factor.ToArray())}";
        return $"{target}, mode='{r.mode.ToString().ToLowerInvariant()}'";
    }
}
