using System.Text.RegularExpressions;

namespace DeepLearningCourse.Runtime;

/// <summary>
/// Makes TorchSharp's Linux library load where the system's C++ runtime is older than the one it was linked against.
/// </summary>
/// <remarks>
/// libLibTorchSharp.so 0.107.0 asks libstdc++ for GLIBCXX_3.4.32 (GCC 13.2) on behalf of one symbol, a marker of
/// <c>&lt;iostream&gt;</c>'s initialisation to which nothing in the library refers. Making that request optional in a copy
/// loses nothing.
/// </remarks>
internal static partial class TorchSharpRepair
{
    // Symbols that only mark what a library was built with: nothing calls them.
    private static readonly string[] Markers = ["_ZSt21ios_base_library_initv"];

    /// <summary>The repaired library's bytes.</summary>
    /// <param name="path">TorchSharp's library.</param>
    /// <param name="loaderMessage">What the system's loader said about it.</param>
    /// <exception cref="LibTorchLoadException">The library cannot be repaired; says why and what to install.</exception>
    public static byte[] Repair(string path, string loaderMessage)
    {
        var missing = MissingVersions().Matches(loaderMessage).Select(match => match.Groups[1].Value).Distinct().ToList();
        if (missing.Count == 0)
        {
            throw new LibTorchLoadException($"{path} cannot be loaded: {LastLine(loaderMessage)}");
        }

        try
        {
            var elf = new ElfVersionNeeds(File.ReadAllBytes(path));
            var harmless = elf.Needs.Where(need => IsHarmless(elf, need)).ToList();
            var fatal = missing.Except(harmless.Select(need => need.Version)).ToList();
            return fatal.Count == 0 ? elf.WithOptional(harmless) : throw TooOld(path, fatal);
        }
        catch (Exception exception) when (exception is InvalidDataException or OverflowException)
        {
            throw new LibTorchLoadException(
                $"{path} cannot be loaded: {exception.Message}. Restore the packages again (dotnet restore --force), or install TorchSharp for {NativeNames.System}.",
                exception);
        }
    }

    private static bool IsHarmless(ElfVersionNeeds elf, VersionNeed need) =>
        need.Library.StartsWith("libstdc++", StringComparison.Ordinal)
        && elf.SymbolsOf(need) is { Count: > 0 } symbols && symbols.All(Markers.Contains);

    private static LibTorchLoadException TooOld(string path, List<string> versions) => new(
        $"{path} needs {string.Join(", ", versions)}, which this system's C or C++ runtime does not have. "
        + "Use a newer system (Debian 12, Ubuntu 22.04, RHEL 9 or later), or install a newer libstdc++6.");

    private static string LastLine(string message) =>
        message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "the system's loader gives no reason";

    [GeneratedRegex(@"version `([A-Z]+_[0-9.]+)' not found")]
    private static partial Regex MissingVersions();
}
