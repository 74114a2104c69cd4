using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>The metadata of assemblies with their documentation, read once for all sessions.</summary>
internal static class ReferenceCache
{
    private static readonly ConcurrentDictionary<string, PortableExecutableReference> References = new();

    public static PortableExecutableReference Get(string path) => References.GetOrAdd(path, static path =>
        MetadataReference.CreateFromFile(path, documentation: XmlDocumentationProvider.CreateFromFile(Path.ChangeExtension(path, ".xml"))));
}
