namespace DeepLearningCourse.Notebooks.Packages;

/// <summary>Files of restored packages, where NuGet's cache has them.</summary>
/// <param name="Compile">Assemblies for the compiler.</param>
/// <param name="Runtime">Assemblies to load.</param>
/// <param name="Natives">Native libraries of this system.</param>
internal sealed record PackageAssets(IReadOnlyList<string> Compile, IReadOnlyList<string> Runtime, IReadOnlyList<string> Natives)
{
    /// <summary>The folders of the natives, each once.</summary>
    public IEnumerable<string> NativeFolders => Natives.Select(file => Path.GetDirectoryName(file)!).Distinct();
}
