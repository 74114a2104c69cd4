using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Converts parameters and buffers where they are, as PyTorch does. TorchSharp puts new ones in their places, and an optimizer that
/// was made before would go on with the old.</summary>
internal static class NetworkConversion
{
    /// <summary>Converts a network, the buffers that are its own, and the layers inside it.</summary>
    public static void Convert(nn.Module network, IEnumerable<Tensor> buffers, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        ConvertInPlace(network, buffers, dtype, device, nonBlocking);

        // TorchSharp's layers find their parameters converted; their own buffers are left for them.
        foreach (var (_, module) in network.named_children())
        {
            ModuleConversion.Convert(module, dtype, device, nonBlocking);
        }
    }

    private static void ConvertInPlace(nn.Module network, IEnumerable<Tensor> buffers, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        using var noGradients = no_grad();

        foreach (var (_, parameter) in network.named_parameters())
        {
            Convert(parameter, dtype, device, nonBlocking);

            if (parameter.grad is { } gradient)
            {
                using (gradient)
                {
                    Convert(gradient, dtype, device, nonBlocking);
                }
            }
        }

        foreach (var buffer in buffers)
        {
            Convert(buffer, dtype, device, nonBlocking);
        }
    }

    private static void Convert(Tensor tensor, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        var type = dtype is { } asked && (tensor.is_floating_point() || tensor.is_complex()) ? asked : tensor.dtype;
        var place = device ?? tensor.device;

        if (type == tensor.dtype && place.type == tensor.device_type && (place.index == tensor.device_index || place.type == TorchSharp.DeviceType.CPU))
        {
            return;
        }

        using var plain = tensor.detach();
        using var converted = plain.to(type, place, non_blocking: nonBlocking);
        Dispatcher.SetData(tensor, converted);
    }
}
