using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>TorchSharp's <c>to</c> on a module of any signature.</summary>
internal static class ModuleConversion
{
    /// <summary>Moves and converts a module in place.</summary>
    public static void Convert(nn.Module module, ScalarType? dtype, Device? device, bool nonBlocking)
    {
        if (device is null)
        {
            ToType(module, dtype!.Value, nonBlocking);
        }
        else if (dtype is null)
        {
            ToDevice(module, device.type, device.index, nonBlocking);
        }
        else
        {
            ToBoth(module, device, dtype.Value, nonBlocking);
        }
    }

    // TorchSharp's public to() is an extension of each generic Module; the methods behind it serve every signature.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "_to")]
    private static extern nn.Module ToType(nn.Module module, ScalarType dtype, bool nonBlocking);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "_to")]
    private static extern nn.Module ToDevice(nn.Module module, TorchSharp.DeviceType type, int index, bool nonBlocking);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "_to")]
    private static extern nn.Module ToBoth(nn.Module module, Device device, ScalarType dtype, bool nonBlocking);
}
