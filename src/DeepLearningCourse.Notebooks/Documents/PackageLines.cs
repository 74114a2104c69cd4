using System.Text.RegularExpressions;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Documents;

/// <summary>Packages are named <c>#:package Name@1.0</c> by a program and <c>#r "nuget: Name, 1.0"</c> by a notebook, which has the library built in.</summary>
internal static partial class PackageLines
{
    /// <summary>The notebook's line for a program's, or null if it needs none.</summary>
    public static string? ToNotebook(string directive) =>
        Program().Match(directive) is { Success: true } match && !IsBuiltIn(match.Groups["name"].Value)
            ? $"#r \"nuget: {match.Groups["name"].Value}{(match.Groups["version"].Value is { Length: > 0 } version ? $", {version}" : "")}\""
            : null;

    /// <summary>The program's line for a notebook's, or null if it is none.</summary>
    public static string? ToProgram(string line) =>
        Notebook().Match(line.Trim()) is { Success: true } match
            ? $"#:package {match.Groups["name"].Value}@{(match.Groups["version"].Value is { Length: > 0 } version ? version : "*")}"
            : null;

    private static bool IsBuiltIn(string name) => SessionReferences.Names.Contains(name) || name.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^#:package\\s+(?<name>[^@\\s]+)(@(?<version>\\S+))?\\s*$")]
    private static partial Regex Program();

    [GeneratedRegex("^#r\\s+\"nuget:\\s*(?<name>[^,\"\\s]+)\\s*(,\\s*(?<version>[^\"\\s]+))?\\s*\"$")]
    private static partial Regex Notebook();
}
