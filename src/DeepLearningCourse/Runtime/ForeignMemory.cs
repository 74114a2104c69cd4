using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>Tensors over memory that is not libtorch's, which says when it has let go of it.</summary>
/// <remarks>
/// <see href="https://pytorch.org/cppdocs/api/function_namespacetorch_1ac009244049812a3efdf4605d19c5e79b.html">torch::from_blob</see> with a
/// deleter. TorchSharp has it for pinned arrays only; the function behind is called here with a deleter of one's own.
/// </remarks>
internal static unsafe class ForeignMemory
{
    private static readonly delegate* unmanaged<nint, delegate* unmanaged<nint, void>, long*, int, sbyte, sbyte, int, int, byte, nint> New =
        (delegate* unmanaged<nint, delegate* unmanaged<nint, void>, long*, int, sbyte, sbyte, int, int, byte, nint>)
        NativeLibrary.GetExport(LibTorchLoader.LoadedTorchSharp(), "THSTensor_new");

    /// <summary>Makes a tensor on the processor over memory; it belongs to the current DisposeScope, as any new tensor.</summary>
    /// <param name="data">The first element.</param>
    /// <param name="shape">The shape; the memory is contiguous.</param>
    /// <param name="dtype">The type of the elements.</param>
    /// <param name="release">Called once with <paramref name="data"/>, on any thread, when the last tensor that shares the memory is gone.</param>
    public static Tensor Tensor(nint data, ReadOnlySpan<long> shape, ScalarType dtype, delegate* unmanaged<nint, void> release)
    {
        nint handle;

        fixed (long* sizes = shape)
        {
            handle = New(data, release, sizes, shape.Length, (sbyte)dtype, (sbyte)dtype, (int)DeviceType.CPU, -1, 0);
        }

        if (handle == 0)
        {
            CheckForErrors();
        }

        return torch.Tensor.UnsafeCreateTensor(handle);
    }
}
