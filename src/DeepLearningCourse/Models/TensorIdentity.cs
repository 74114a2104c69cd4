using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Whether two objects of TorchSharp's are one tensor of libtorch's.</summary>
/// <remarks>Some layers make a new object at each read (<c>embedding.weight</c>), so a weight shared with one has two objects. Each holds a pointer to an
/// <c>at::Tensor</c>, which is nothing but the pointer to the tensor itself.</remarks>
internal static class TensorIdentity
{
    /// <summary>The tensor, as a number to compare; 0 after it was disposed.</summary>
    public static nint Of(Tensor tensor) => tensor.IsInvalid ? 0 : Marshal.ReadIntPtr(tensor.Handle);
}
