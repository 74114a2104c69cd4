using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>Where a tensor's data lies.</summary>
internal static unsafe class TensorPointers
{
    private static readonly delegate* unmanaged<nint, nint> Data =
        (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(LibTorchLoader.LoadedTorchSharp(), "THSTensor_data");

    /// <summary>The first element. <see cref="Tensor.bytes"/> is limited to 2 GiB; this is not.</summary>
    public static nint DataPointer(this Tensor tensor)
    {
        var data = Data(tensor.Handle);
        GC.KeepAlive(tensor);
        return data;
    }
}
