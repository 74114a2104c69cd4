using System.Text.RegularExpressions;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Packages;

/// <summary>What the cells' <c>#r</c> and <c>#i</c> lines add to a session.</summary>
internal sealed partial class PackageReferences(CellAssemblies assemblies, Action<string> say)
{
    private readonly List<string> sources = [];
    private readonly SortedDictionary<string, string> wanted = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The assemblies that the lines of a cell add for the compiler.</summary>
    public IReadOnlyList<string> Resolve(IReadOnlyList<(int Line, string Text)> directives, CancellationToken token)
    {
        List<string> references = [];
        var before = wanted.ToList();
        foreach (var (line, text) in directives)
        {
            references.AddRange(Read(line, text));
        }

        if (!wanted.SequenceEqual(before))
        {
            references.AddRange(Restore(directives[0].Line, before, token));
        }

        return references;
    }

    /// <summary>The folder of a package's natives for this system in NuGet's cache, downloaded if it is not there.</summary>
    public static string NativeFolderOf(string package, string version, CancellationToken token) =>
        PackageRestore.Run([new(package, version)], [], token).NativeFolders.FirstOrDefault()
        ?? throw new CellException("PackageError", $"The package {package} {version} has no natives for this system.");

    private IEnumerable<string> Read(int line, string text)
    {
        if (text.StartsWith("#!", StringComparison.Ordinal))
        {
            return text is "#!csharp" or "#!c#"
                ? []
                : throw new CellException("DirectiveError", $"Line {line}: '{text}' belongs to another notebook program. Cells are C#; take the line away.", line);
        }

        var match = Directive().Match(text);
        if (!match.Success)
        {
            throw new CellException("DirectiveError", $"Line {line}: '{text}' is not understood. Write #r \"nuget: Name, 1.2.3\", #r \"path/to.dll\" or #i \"nuget: source\".", line);
        }

        var (kind, value) = (match.Groups["kind"].Value, match.Groups["value"].Value.Trim());
        var isNuGet = value.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase);
        if (kind == "i")
        {
            AddSource(isNuGet ? value["nuget:".Length..].Trim() : value);
            return [];
        }

        if (!isNuGet)
        {
            return [Local(line, value)];
        }

        Want(value["nuget:".Length..].Split(',', 2, StringSplitOptions.TrimEntries));
        return [];
    }

    private void AddSource(string source)
    {
        // A folder is meant from the notebook's, and the restore runs in another one.
        var full = source.Contains("://", StringComparison.Ordinal) ? source : Path.GetFullPath(source);
        if (!sources.Contains(full))
        {
            sources.Add(full);
        }
    }

    private void Want(string[] package)
    {
        // The library and what it stands on are in the process; a second copy would have other types.
        if (SessionReferences.Find(package[0]) is { } carried)
        {
            SayIfOther(package, carried);
            return;
        }

        wanted[package[0]] = package is [_, { Length: > 0 } version] ? version : "*";
    }

    private void SayIfOther(string[] package, string carried)
    {
        var version = System.Reflection.AssemblyName.GetAssemblyName(carried).Version?.ToString(3);
        if (package is [_, { Length: > 0 } asked] && asked != "*" && asked != version)
        {
            say($"{package[0]} {version} is built in and stays; version {asked} is not taken.\n");
        }
    }

    private string Local(int line, string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new CellException("DirectiveError", $"Line {line}: there is no file '{full}'. A path is taken from the notebook's folder.", line);
        }

        assemblies.AddLibrary(full);
        assemblies.AddFolder(Path.GetDirectoryName(full)!);
        return full;
    }

    private IEnumerable<string> Restore(int line, List<KeyValuePair<string, string>> before, CancellationToken token)
    {
        try
        {
            var assets = PackageRestore.Run([.. wanted], sources, token);
            assemblies.Add(assets);
            return assets.Compile.Where(path => !SessionReferences.Names.Contains(Path.GetFileNameWithoutExtension(path)));
        }
        catch (Exception exception)
        {
            // A name that does not exist must not fail every later cell too.
            wanted.Clear();
            before.ForEach(package => wanted[package.Key] = package.Value);
            if (exception is CellException own)
            {
                throw new CellException(own.Name, $"Line {line}: {own.Message}", line);
            }

            throw;
        }
    }

    [GeneratedRegex("^#(?<kind>[ri])\\s+\"(?<value>[^\"]+)\"\\s*;?\\s*(//.*)?$")]
    private static partial Regex Directive();
}
