using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Notebooks.Packages;

/// <summary>Finds libtorch for the process: beside it, where the environment says, or as a package in NuGet's cache, from where it is loaded uncopied.</summary>
internal static class NativeTorch
{
    private static readonly Lock Guard = new();
    private static bool found;

    public static void EnsureFound(Action<string> say)
    {
        lock (Guard)
        {
            if (!found)
            {
                Find(say);
                LibTorch.EnsureLoaded();
                found = true;
            }
        }
    }

    private static void Find(Action<string> say)
    {
        if (IsSet("LIBTORCH") || IsSet("LIBTORCH_USE_PYTORCH") || IsBeside())
        {
            return;
        }

        var package = $"libtorch-cpu-{PackageRestore.System}";
        var version = LibTorchInfo.Expected.ToString();
        if (!Directory.Exists(Path.Combine(Cache(), package, version)))
        {
            say($"Downloading libtorch {version} once (some 150 MB)…\n");
        }

        Environment.SetEnvironmentVariable("LIBTORCH", PackageReferences.NativeFolderOf(package, version));
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    private static bool IsBeside()
    {
        var name = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return searched.Append(AppContext.BaseDirectory).Any(folder => File.Exists(Path.Combine(folder, name)));
    }

    private static string Cache() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
