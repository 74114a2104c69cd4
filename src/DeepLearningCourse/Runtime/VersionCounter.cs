using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>The count of changes of a tensor, by which autograd notices that a backward pass comes too late.</summary>
/// <remarks>libtorch's fused optimizers change parameters without counting; nor does code that writes into a tensor's memory.</remarks>
internal static unsafe class VersionCounter
{
    // It refuses tensors of inference mode, and a call that may throw has to tell the garbage collector.
    private static readonly delegate* unmanaged<nint, void> Function = (delegate* unmanaged<nint, void>)Find();

    /// <summary>Counts a change.</summary>
    /// <param name="tensor">The address of an <c>at::Tensor</c>.</param>
    public static void Bump(nint tensor)
    {
        if (Function != null)
        {
            Function(tensor);
            return;
        }

        // A change of no element counts too. Views share the count.
        using var scope = NewDisposeScope();
        nint handle;
        _ = DispatcherExports.NewTensorHandle(tensor, &handle);
        Tensor.UnsafeCreateTensor(handle).detach().as_strided([0], [1]).zero_();
    }

    private static nint Find()
    {
        var name = OperatingSystem.IsWindows()
            ? "?bump_version@impl@autograd@torch@@YAXAEBVTensor@at@@@Z"
            : "_ZN5torch8autograd4impl12bump_versionERKN2at6TensorE";
        return NativeLibrary.TryGetExport(LibTorchLoader.LoadedLibTorch(), name, out var address) ? address : 0;
    }
}
