namespace DeepLearningCourse.Parquet.Format;

/// <summary>Which files a path stands for.</summary>
internal static class ParquetPaths
{
    /// <summary>The file itself, or the parts in a folder, in the order of their names.</summary>
    public static IReadOnlyList<string> At(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Directory.Exists(path) ? Parts(path) : [path];
    }

    /// <summary>Files given one by one.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return paths.Count > 0 && !paths.Any(string.IsNullOrEmpty)
            ? [.. paths]
            : throw new ArgumentException("The list of files is empty, or one of its paths is.", nameof(paths));
    }

    // Programs that write folders put notes of their own next to the parts, under names with _ or a dot.
    private static string[] Parts(string folder)
    {
        string[] parts = [.. Directory.EnumerateFiles(folder, "*.parquet").Where(file => Path.GetFileName(file)[0] is not ('_' or '.')).Order(StringComparer.Ordinal)];
        return parts.Length > 0
            ? parts
            : throw new FileNotFoundException($"The folder {folder} has no files that end in .parquet. Folders inside it are not looked into: give the path of one, or a list of files.", folder);
    }
}
