using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>What cells may use from the beginning: the framework, the library, its plots, and TorchSharp, as the very types that this process has loaded.</summary>
internal static class SessionReferences
{
    private static readonly string[] Imports =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
        typeof(CellCommands).FullName!,
    ];

    public static IReadOnlyList<string> Paths { get; } =
        [.. (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Distinct()];

    /// <summary>The names of the assemblies that the process has anyway, which no package takes the place of.</summary>
    public static IReadOnlySet<string> Names { get; } =
        Paths.Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The file of an assembly that the process has anyway; null for any other name.</summary>
    public static string? Find(string name) =>
        Names.Contains(name) ? Paths.First(path => Path.GetFileNameWithoutExtension(path).Equals(name, StringComparison.OrdinalIgnoreCase)) : null;

    public static ScriptOptions Options() => ScriptOptions.Default
        .WithReferences(Paths.Select(path => ReferenceCache.Get(path)))
        .WithImports(Imports)
        .WithLanguageVersion(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest)
        .WithOptimizationLevel(Microsoft.CodeAnalysis.OptimizationLevel.Release)
        .WithEmitDebugInformation(true)
        .WithAllowUnsafe(true);
}
