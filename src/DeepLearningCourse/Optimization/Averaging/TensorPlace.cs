using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>What a tensor of a network was like when room for its average was made.</summary>
internal readonly record struct TensorPlace(string Name, long[] Shape, ScalarType Dtype, TorchSharp.DeviceType DeviceType, int DeviceIndex)
{
    public static TensorPlace Of(string name, Tensor tensor)
    {
        var type = tensor.device_type;
        return new TensorPlace(name, tensor.shape, tensor.dtype, type, IndexOf(tensor, type));
    }

    /// <summary>Whether a tensor has the shape.</summary>
    /// <remarks>Asked at each update for each tensor, so it makes no array.</remarks>
    public bool HasShapeOf(Tensor tensor)
    {
        if (tensor.Dimensions != Shape.Length)
        {
            return false;
        }

        for (var i = 0; i < Shape.Length; i++)
        {
            if (tensor.size(i) != Shape[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a tensor has the type and lies on the device.</summary>
    public bool LiesAs(Tensor tensor)
    {
        var type = tensor.device_type;
        return tensor.dtype == Dtype && type == DeviceType && IndexOf(tensor, type) == DeviceIndex;
    }

    // There is one CPU, whatever its index says.
    private static int IndexOf(Tensor tensor, TorchSharp.DeviceType type) => type == TorchSharp.DeviceType.CPU ? -1 : tensor.device_index;
}
