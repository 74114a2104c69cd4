using System.Runtime.InteropServices;

namespace DeepLearningCourse.Runtime;

/// <summary>What the native libraries are called on this system.</summary>
internal static class NativeNames
{
    /// <summary>NuGet's name of the system, for instance <c>linux-x64</c>.</summary>
    public static string System { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>TorchSharp's own native library.</summary>
    public static string TorchSharp { get; } = File("LibTorchSharp");

    /// <summary>The libraries of libtorch, in the order in which they load.</summary>
    public static IReadOnlyList<string> LibTorch { get; } = [.. new[] { "c10", "torch_cpu", "torch" }.Select(File)];

    /// <summary>Those of a libtorch with CUDA.</summary>
    public static IReadOnlyList<string> LibTorchCuda { get; } = [.. new[] { "c10_cuda", "torch_cuda" }.Select(File)];

    /// <summary>libtorch's library of the basics.</summary>
    public static string C10 { get; } = File("c10");

    /// <summary>The library that tells a folder of libtorch.</summary>
    public static string TorchCpu { get; } = File("torch_cpu");

    /// <summary>The library that tells a libtorch with CUDA.</summary>
    public static string TorchCuda { get; } = File("torch_cuda");

    /// <summary>The systems that TorchSharp 0.107.0 has a native library for.</summary>
    public static IReadOnlyList<string> Supported { get; } = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];

    private static string File(string name) =>
        OperatingSystem.IsWindows() ? name + ".dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
}
