using System.Diagnostics.CodeAnalysis;
using TorchSharp;

namespace DeepLearningCourse.Runtime;

/// <summary>A folder of libtorch, and where it comes from. The folder is null where the system's own search must find it.</summary>
internal sealed record LibTorchLocation(LibTorchSource Source, string? Folder, Version? Version = null)
{
    private const string FolderVariable = "LIBTORCH";
    private const string PythonVariable = "LIBTORCH_USE_PYTORCH";

    /// <summary>The file of the library for the processor, once it is loaded and where the system tells.</summary>
    public string? LoadedFile { get; init; }

    /// <summary>Finds libtorch: first where the environment says, then in the packages.</summary>
    public static LibTorchLocation Find()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            return FromFolder(named);
        }

        if (Environment.GetEnvironmentVariable(PythonVariable) is "1" or "true" or "True")
        {
            var (folder, version) = PythonTorch.Find(PythonVariable);
            return new LibTorchLocation(LibTorchSource.PyTorch, folder, version);
        }

        var packaged = PackageFolders().FirstOrDefault(folder => File.Exists(Path.Combine(folder, NativeNames.TorchCpu)));
        return packaged is null
            ? new LibTorchLocation(LibTorchSource.System, null)
            : new LibTorchLocation(LibTorchSource.Package, packaged);
    }

    /// <summary>TorchSharp's own native library; null if the program does not carry it.</summary>
    public static string? FindTorchSharp() =>
        PackageFolders().Select(folder => Path.Combine(folder, NativeNames.TorchSharp)).FirstOrDefault(File.Exists);

    /// <summary>The folders in which the runtime and the packages keep native libraries, in the runtime's order.</summary>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "In a single file there is no package cache to look in.")]
    public static IEnumerable<string> PackageFolders()
    {
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var natives = Path.Combine("runtimes", NativeNames.System, "native");
        IEnumerable<string> folders = [.. searched, AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, natives)];
        if (typeof(torch).Assembly.Location is { Length: > 0 } assembly)
        {
            // In a script TorchSharp.dll lies in the package cache: torchsharp/0.107.0/lib/net8.0, beside the other packages.
            var package = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(assembly)!, "..", ".."));
            var cache = Path.GetFullPath(Path.Combine(package, "..", ".."));
            folders = folders.Concat(
            [
                Path.GetDirectoryName(assembly)!,
                Path.Combine(package, natives),
                Path.Combine(cache, $"libtorch-cpu-{NativeNames.System}", LibTorchInfo.Expected.ToString(), natives),
                Path.Combine(cache, $"libtorch-cuda-12.8-{NativeNames.System}", LibTorchInfo.Expected.ToString(), natives),
            ]);
        }

        return folders.Distinct();
    }

    private static LibTorchLocation FromFolder(string named)
    {
        foreach (var folder in new[] { named, Path.Combine(named, "lib") })
        {
            if (File.Exists(Path.Combine(folder, NativeNames.TorchCpu)))
            {
                return new LibTorchLocation(LibTorchSource.Folder, Path.GetFullPath(folder), ReadVersion(folder));
            }
        }

        throw new LibTorchLoadException(
            $"{FolderVariable} is '{named}', and there is no {NativeNames.TorchCpu} in it or in its folder lib. "
            + $"Set {FolderVariable} to the folder of a libtorch {LibTorchInfo.Expected.ToString(2)}, or unset it to use the packaged one.");
    }

    /// <summary>The archives of libtorch carry a file <c>build-version</c> with a text such as <c>2.10.0+cpu</c>.</summary>
    private static Version? ReadVersion(string folder)
    {
        var file = new[] { folder, Path.Combine(folder, "..") }
            .Select(place => Path.Combine(place, "build-version"))
            .FirstOrDefault(File.Exists);
        return file is null ? null : ParseVersion(File.ReadAllText(file));
    }

    /// <summary>The numbers at the start of a version such as <c>2.10.0+cu128</c> or <c>1.13.0a0</c>; null if there are none.</summary>
    internal static Version? ParseVersion(string text)
    {
        var numbers = text.Trim().Split('+', '-')[0].Split('.').Take(3)
            .Select(part => new string([.. part.TakeWhile(char.IsAsciiDigit)]))
            .TakeWhile(part => part.Length > 0);
        return Version.TryParse(string.Join('.', numbers), out var version) ? version : null;
    }
}
