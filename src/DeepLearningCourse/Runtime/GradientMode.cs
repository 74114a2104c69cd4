using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime;

/// <summary>Whether operations of this thread are recorded for backward, without an object for each change.</summary>
internal static unsafe class GradientMode
{
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte> Get = (delegate* unmanaged[SuppressGCTransition]<byte>)Find("aoti_torch_grad_mode_is_enabled");
    private static readonly delegate* unmanaged[SuppressGCTransition]<byte, void> Set = (delegate* unmanaged[SuppressGCTransition]<byte, void>)Find("aoti_torch_grad_mode_set_enabled");

    /// <summary>The mode of the current thread.</summary>
    public static bool IsEnabled
    {
        get => Get == null ? is_grad_enabled() : Get() != 0;
        set
        {
            if (Set == null)
            {
                _ = set_grad_enabled(value);
                return;
            }

            Set(value ? (byte)1 : (byte)0);
        }
    }

    private static nint Find(string name) =>
        NativeLibrary.TryGetExport(LibTorchLoader.LoadedLibTorch(), name, out var address) ? address : 0;
}
