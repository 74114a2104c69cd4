using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics.Counting;

/// <summary>Numbers of tensors on any device. To be used inside a dispose scope, which takes the copies made on the way.</summary>
internal static class TensorNumbers
{
    public static double[] Doubles(Tensor tensor) => Read<double>(tensor.detach().cpu().to(ScalarType.Float64));

    public static long[] Longs(Tensor tensor) => Read<long>(tensor.detach().cpu().to(ScalarType.Int64));

    /// <summary>In float64, without gradients; on the processor where the device has no float64.</summary>
    public static Tensor Precise(Tensor tensor)
    {
        var values = tensor.detach();
        return (values.device_type == TorchSharp.DeviceType.MPS ? values.cpu() : values).to(ScalarType.Float64);
    }

    private static T[] Read<T>(Tensor tensor)
        where T : unmanaged =>
        tensor.numel() == 0 ? [] : MemoryMarshal.Cast<byte, T>(tensor.contiguous().bytes).ToArray();
}
