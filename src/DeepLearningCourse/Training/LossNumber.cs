using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>A loss as a number.</summary>
internal static class LossNumber
{
    // Read where it lies: TorchSharp makes three objects for a number.
    public static unsafe double Of(Tensor loss) => loss.device_type != DeviceType.CPU ? loss.ToDouble() : loss.dtype switch
    {
        ScalarType.Float32 => *(float*)loss.DataPointer(),
        ScalarType.Float64 => *(double*)loss.DataPointer(),
        _ => loss.ToDouble(),
    };
}
