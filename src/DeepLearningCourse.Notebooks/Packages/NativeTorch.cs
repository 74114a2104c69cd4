namespace DeepLearningCourse.Notebooks.Packages;

/// <summary>Finds libtorch for the process: beside it, where the environment says, or as a package in NuGet's cache, from where it is loaded uncopied.</summary>
internal static class NativeTorch
{
    /// <summary>The libtorch that the library is made for. To ask the library itself would load libtorch, which the tool may not have yet.</summary>
    public const string Version = "2.10.0";

    private static readonly Lock Guard = new();
    private static bool found;

    public static void EnsureFound(Action<string> say, CancellationToken token)
    {
        lock (Guard)
        {
            if (!found)
            {
                Find(say, token);
                found = true;
            }
        }
    }

    private static void Find(Action<string> say, CancellationToken token)
    {
        if (IsSet("LIBTORCH") || IsSet("LIBTORCH_USE_PYTORCH") || IsBeside())
        {
            return;
        }

        var package = $"libtorch-cpu-{PackageRestore.System}";
        var cached = Path.Combine(Cache(), package, Version);
        var folder = Path.Combine(cached, "runtimes", PackageRestore.System, "native");

        // NuGet writes this file last, and a package that is there needs no restore.
        if (!File.Exists(Path.Combine(cached, ".nupkg.metadata")) || !File.Exists(Path.Combine(folder, Library)))
        {
            say($"Downloading libtorch {Version} once (some 150 MB)…\n");
            folder = PackageReferences.NativeFolderOf(package, Version, token);
        }

        // The library reads it at its first call.
        Environment.SetEnvironmentVariable("LIBTORCH", folder);
    }

    private static string Library =>
        OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    private static bool IsBeside()
    {
        var searched = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return searched.Append(AppContext.BaseDirectory).Any(folder => File.Exists(Path.Combine(folder, Library)));
    }

    private static string Cache() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
