using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace DeepLearningCourse.Runtime;

/// <summary>What is said of a libtorch that TorchSharp cannot use, by where it was found, and of one that is missing.</summary>
internal static partial class OtherLibTorch
{
    private static string Add => "Add the right one to the project: "
        + $"dotnet add package libtorch-cpu-{NativeNames.System} --version {LibTorchInfo.Expected}. "
        + "Or set LIBTORCH to the folder of one, or LIBTORCH_USE_PYTORCH=1 to use Python's.";

    /// <summary>None was found.</summary>
    public static LibTorchLoadException Missing() => new($"There is no libtorch for {NativeNames.System} in the program's folder. {Add.Replace("the right one", "it", StringComparison.Ordinal)}");

    /// <summary>One of another major version.</summary>
    public static LibTorchLoadException OfOtherMajor(LibTorchLocation location) => location.Source == LibTorchSource.System
        ? OfSystem(location, $"TorchSharp needs {LibTorchInfo.Expected.ToString(2)}")
        : new($"The libtorch in {location.Folder} is version {location.Version}, and TorchSharp needs {LibTorchInfo.Expected.ToString(2)}. "
            + $"Install torch {LibTorchInfo.Expected.ToString(2)}, or unset LIBTORCH and LIBTORCH_USE_PYTORCH to use the packaged one.");

    /// <summary>One that has not all functions that TorchSharp calls.</summary>
    public static LibTorchLoadException WithoutFunctions(LibTorchLocation location) => location.Source == LibTorchSource.System
        ? OfSystem(location, $"it lacks functions that TorchSharp needs from libtorch {LibTorchInfo.Expected.ToString(2)}")
        : new($"The libtorch in {location.Folder}{Version(location)} lacks functions that TorchSharp needs. "
            + $"Use libtorch {LibTorchInfo.Expected.ToString(2)}, or unset LIBTORCH and LIBTORCH_USE_PYTORCH to use the packaged one.");

    /// <summary>The file of a loaded library, without links; null where the system does not tell.</summary>
    /// <param name="library">Its handle: on Linux glibc's public <c>link_map</c>, in which the name follows the address.</param>
    public static string? FileOf(nint library)
    {
        if (!OperatingSystem.IsLinux() || Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(library, nint.Size)) is not { Length: > 0 } path)
        {
            return null;
        }

        return File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
    }

    /// <summary>The version in a name such as <c>libtorch_cpu.so.1.13.0</c>, as distributions have it; null if there is none.</summary>
    public static Version? VersionInName(string? file) =>
        file is not null && NumbersAtEnd().Match(file) is { Success: true } match ? LibTorchLocation.ParseVersion(match.Groups[1].Value) : null;

    private static LibTorchLoadException OfSystem(LibTorchLocation location, string problem) => new(
        $"The program carries no libtorch, and the system's own, {location.LoadedFile ?? NativeNames.TorchCpu}{Version(location)}, does not fit: {problem}. {Add}");

    private static string Version(LibTorchLocation location) => location.Version is { } version ? $" (version {version})" : "";

    [GeneratedRegex(@"\.so\.(\d+\.\d+[.\d]*)$")]
    private static partial Regex NumbersAtEnd();
}
