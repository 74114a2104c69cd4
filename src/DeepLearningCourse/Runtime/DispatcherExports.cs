using System.Runtime.InteropServices;

namespace DeepLearningCourse.Runtime;

/// <summary>libtorch's functions with C linkage that call any operator by its name, the same on Linux, Windows and macOS
/// (<see href="https://github.com/pytorch/pytorch/blob/main/torch/csrc/stable/c/shim.h">shim.h</see>).</summary>
internal static unsafe class DispatcherExports
{
    private static readonly List<string> MissingNames = [];

    public static readonly delegate* unmanaged<byte*, byte*, ulong*, int> CallDispatcher =
        (delegate* unmanaged<byte*, byte*, ulong*, int>)Find("aoti_torch_call_dispatcher");

    public static readonly delegate* unmanaged[SuppressGCTransition]<nint, nint*, int> NewTensorHandle =
        (delegate* unmanaged[SuppressGCTransition]<nint, nint*, int>)Find("aoti_torch_new_tensor_handle");

    public static readonly delegate* unmanaged<nint, int> DeleteTensor =
        (delegate* unmanaged<nint, int>)Find("aoti_torch_delete_tensor_object");

    public static readonly delegate* unmanaged<nuint, nint*, int> NewList =
        (delegate* unmanaged<nuint, nint*, int>)Find("torch_new_list_reserve_size");

    public static readonly delegate* unmanaged[SuppressGCTransition]<nint, ulong, int> PushBack =
        (delegate* unmanaged[SuppressGCTransition]<nint, ulong, int>)Find("torch_list_push_back");

    public static readonly delegate* unmanaged<nint, nuint*, int> ListSize =
        (delegate* unmanaged<nint, nuint*, int>)Find("torch_list_size");

    public static readonly delegate* unmanaged<nint, nuint, ulong*, int> ListItem =
        (delegate* unmanaged<nint, nuint, ulong*, int>)Find("torch_list_get_item");

    public static readonly delegate* unmanaged<nint, int> DeleteList =
        (delegate* unmanaged<nint, int>)Find("torch_delete_list");

    /// <summary>What this libtorch lacks of the above; empty for 2.10.</summary>
    public static IReadOnlyList<string> Missing => MissingNames;

    private static nint Find(string name)
    {
        if (NativeLibrary.TryGetExport(LibTorchLoader.LoadedLibTorch(), name, out var address))
        {
            return address;
        }

        MissingNames.Add(name);
        return 0;
    }
}
