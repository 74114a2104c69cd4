using System.Runtime.InteropServices;

namespace DeepLearningCourse.Runtime;

/// <summary>A C++ function that libtorch exports and TorchSharp does not hand on, by the names that the compilers give it.</summary>
/// <param name="Linux">The name of GCC, which is Clang's on macOS too unless the function takes something of the standard library.</param>
/// <param name="Windows">The name of Microsoft's compiler.</param>
/// <param name="OwnMac">The name on macOS where it is another.</param>
internal sealed record CppFunction(string Linux, string Windows, string? OwnMac = null)
{
    /// <summary>The name on macOS.</summary>
    public string Mac => OwnMac ?? Linux;

    /// <summary>The name on this system.</summary>
    public string Name => OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? Mac : Linux;

    /// <summary>Where the loaded libtorch has it; 0 if it has no such function.</summary>
    public nint Address() =>
        NativeLibrary.TryGetExport(LibTorchLoader.LoadedLibTorch(), Name, out var address) ? address : 0;
}
