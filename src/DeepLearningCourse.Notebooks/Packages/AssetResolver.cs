using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using DeepLearningCourse.Notebooks.Execution;

namespace DeepLearningCourse.Notebooks.Packages;

/// <summary>Loads what packages brought from where NuGet's cache has it; nothing is copied.</summary>
internal sealed class AssetResolver : IDisposable
{
    private readonly Dictionary<string, string> assemblies = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> natives = new(StringComparer.OrdinalIgnoreCase);

    public AssetResolver()
    {
        AssemblyLoadContext.Default.Resolving += Resolve;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += ResolveNative;
    }

    public void AddAssembly(string path) => assemblies[Path.GetFileNameWithoutExtension(path)] = path;

    public void Add(PackageAssets assets)
    {
        foreach (var path in assets.Runtime.Where(path => !SessionReferences.Names.Contains(Path.GetFileNameWithoutExtension(path))))
        {
            AddAssembly(path);
        }

        foreach (var path in assets.Natives)
        {
            natives[Path.GetFileNameWithoutExtension(path)] = path;
            natives[Path.GetFileName(path)] = path;
        }
    }

    public void Dispose()
    {
        AssemblyLoadContext.Default.Resolving -= Resolve;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll -= ResolveNative;
    }

    private Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name is { } simple && assemblies.TryGetValue(simple, out var path) ? context.LoadFromAssemblyPath(path) : null;

    private nint ResolveNative(Assembly assembly, string name)
    {
        var path = natives.GetValueOrDefault(name) ?? natives.GetValueOrDefault("lib" + name) ?? natives.GetValueOrDefault($"lib{name}.so");
        return path is not null && NativeLibrary.TryLoad(path, out var handle) ? handle : 0;
    }
}
