using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>Calls operators of libtorch that TorchSharp does not hand on, by their names.</summary>
/// <remarks>
/// libtorch exports the functions for this with C linkage on every system
/// (<see href="https://github.com/pytorch/pytorch/blob/main/torch/csrc/inductor/aoti_torch/c/shim.h">shim.h</see>). Each argument takes one
/// place of 64 bits; a tensor goes as a new handle, which the callee frees.
/// </remarks>
internal static unsafe class Dispatcher
{
    private static readonly delegate* unmanaged<nint, nint*, int> NewHandle =
        (delegate* unmanaged<nint, nint*, int>)NativeLibrary.GetExport(LibTorchLoader.LoadedLibTorch(), "aoti_torch_new_tensor_handle");

    private static readonly delegate* unmanaged<byte*, byte*, ulong*, int> Call =
        (delegate* unmanaged<byte*, byte*, ulong*, int>)NativeLibrary.GetExport(LibTorchLoader.LoadedLibTorch(), "aoti_torch_call_dispatcher");

    /// <summary>Gives a tensor other contents, of any type and on any device, while it stays the same tensor: Python's <c>tensor.data = data</c>.</summary>
    /// <exception cref="InvalidOperationException">libtorch refuses; its reason is on the error stream.</exception>
    public static void SetData(Tensor tensor, Tensor data)
    {
        var stack = stackalloc ulong[2];
        stack[0] = (ulong)HandleOf(tensor);
        stack[1] = (ulong)HandleOf(data);
        Require("aten::set_data\0"u8, stack);
    }

    private static nint HandleOf(Tensor tensor)
    {
        nint handle;
        return NewHandle(tensor.Handle, &handle) == 0 ? handle : throw new InvalidOperationException("libtorch could not make a handle of a tensor.");
    }

    private static void Require(ReadOnlySpan<byte> name, ulong* stack)
    {
        byte noOverload = 0;

        fixed (byte* text = name)
        {
            if (Call(text, &noOverload, stack) != 0)
            {
                throw new InvalidOperationException($"libtorch failed in {System.Text.Encoding.UTF8.GetString(name[..^1])}; the reason is on the error stream.");
            }
        }
    }
}
