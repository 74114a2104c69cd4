using System.Reflection;
using System.Runtime.Loader;
using DeepLearningCourse.Notebooks.Packages;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>
/// Where the compiled cells and the packages that they asked for are loaded. What the process carries itself comes before them, so that a network is the
/// same type on both sides. Files are loaded where they lie, nothing is copied.
/// </summary>
internal sealed class CellAssemblies() : AssemblyLoadContext("Notebook")
{
    private readonly Dictionary<string, string> libraries = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> folders = [];
    private readonly List<string> natives = [];

    /// <summary>Makes a library known by its name.</summary>
    public void AddLibrary(string path) => libraries.TryAdd(Path.GetFileNameWithoutExtension(path), path);

    /// <summary>Makes what lies in a folder known, for what a library there needs.</summary>
    public void AddFolder(string folder) => folders.Add(folder);

    /// <summary>Makes the files of packages known.</summary>
    public void Add(PackageAssets assets)
    {
        foreach (var library in assets.Runtime)
        {
            AddLibrary(library);
        }

        natives.AddRange(assets.Natives);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;

        if (SessionReferences.Names.Contains(name))
        {
            return null;
        }

        var path = libraries.GetValueOrDefault(name) ?? folders.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists);
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = [unmanagedDllName, "lib" + unmanagedDllName];
        var path = natives.FirstOrDefault(file =>
            names.Contains(Path.GetFileName(file)) || names.Contains(Path.GetFileNameWithoutExtension(file)));
        return path is null ? 0 : LoadUnmanagedDllFromPath(path);
    }
}
