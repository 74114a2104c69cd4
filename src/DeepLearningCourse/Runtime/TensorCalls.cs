using System.Runtime.InteropServices;
using TorchSharp;

namespace DeepLearningCourse.Runtime;

/// <summary>TorchSharp's native functions on bare pointers to <c>at::Tensor</c>, for loops over many parameters at each step: no object is made.</summary>
/// <remarks>Those that only look are called without telling the garbage collector, which costs more than they do, but for those that may throw.</remarks>
internal static unsafe class TensorCalls
{
    private static readonly delegate* unmanaged[SuppressGCTransition]<nint, nint> GradFunction = (delegate* unmanaged[SuppressGCTransition]<nint, nint>)Find("THSTensor_grad");
    private static readonly delegate* unmanaged<nint, nint, void> SetGradFunction = (delegate* unmanaged<nint, nint, void>)Find("THSTensor_set_grad");
    private static readonly delegate* unmanaged[SuppressGCTransition]<nint, byte> IsSparseFunction = (delegate* unmanaged[SuppressGCTransition]<nint, byte>)Find("THSTensor_is_sparse");
    private static readonly delegate* unmanaged[SuppressGCTransition]<nint, byte> IsContiguousFunction = (delegate* unmanaged[SuppressGCTransition]<nint, byte>)Find("THSTensor_is_contiguous");
    private static readonly delegate* unmanaged[SuppressGCTransition]<nint, sbyte> TypeFunction = (delegate* unmanaged[SuppressGCTransition]<nint, sbyte>)Find("THSTensor_type");
    private static readonly delegate* unmanaged<nint, int> DeviceTypeFunction = (delegate* unmanaged<nint, int>)Find("THSTensor_device_type");
    private static readonly delegate* unmanaged<nint, int> DeviceIndexFunction = (delegate* unmanaged<nint, int>)Find("THSTensor_device_index");
    private static readonly delegate* unmanaged[SuppressGCTransition]<nint, nint> DataFunction = (delegate* unmanaged[SuppressGCTransition]<nint, nint>)Find("THSTensor_data");
    private static readonly delegate* unmanaged<nint, void> DisposeFunction = (delegate* unmanaged<nint, void>)Find("THSTensor_dispose");
    private static readonly delegate* unmanaged[SuppressGCTransition]<nint, long> CountFunction = (delegate* unmanaged[SuppressGCTransition]<nint, long>)Find("THSTensor_numel");

    /// <summary>The gradient as a new pointer, for <see cref="Dispose"/> later; 0 if there is none.</summary>
    public static nint Grad(nint tensor) => GradFunction(tensor);

    /// <summary>Takes the gradient away.</summary>
    public static void ClearGrad(nint tensor) => SetGradFunction(tensor, 0);

    public static bool IsSparse(nint tensor) => IsSparseFunction(tensor) != 0;

    public static bool IsContiguous(nint tensor) => IsContiguousFunction(tensor) != 0;

    public static torch.ScalarType Type(nint tensor) => (torch.ScalarType)TypeFunction(tensor);

    public static DeviceType DeviceType(nint tensor) => (DeviceType)DeviceTypeFunction(tensor);

    public static int DeviceIndex(nint tensor) => DeviceIndexFunction(tensor);

    public static byte* Data(nint tensor) => (byte*)DataFunction(tensor);

    public static long Count(nint tensor) => CountFunction(tensor);

    public static void Dispose(nint tensor) => DisposeFunction(tensor);

    private static nint Find(string name) => NativeLibrary.GetExport(LibTorchLoader.LoadedTorchSharp(), name);
}
