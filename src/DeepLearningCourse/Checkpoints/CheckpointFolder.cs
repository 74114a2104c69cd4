using System.Globalization;

namespace DeepLearningCourse.Checkpoints;

/// <summary>The files of a run's checkpoints in a folder, named by the step: <c>step-0000001200.pt</c>.</summary>
internal static class CheckpointFolder
{
    private const string Prefix = "step-";
    private const string Extension = ".pt";

    /// <summary>The file of a step.</summary>
    public static string FileOf(string folder, long step) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D10}{Extension}"));

    /// <summary>The files there are, the newest first.</summary>
    public static IReadOnlyList<string> Files(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFileSystemEntries(folder, $"{Prefix}*{Extension}").Where(file => StepOf(file) is not null).OrderByDescending(StepOf)]
        : [];

    /// <summary>The newest file and its step; null if there is none.</summary>
    public static (string File, long Step)? Newest(string folder) => Files(folder) is [var file, ..] ? (file, StepOf(file)!.Value) : null;

    /// <summary>Removes what interrupted programs left half written.</summary>
    public static void DeleteRemains(string folder)
    {
        foreach (var remains in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $".{Prefix}*.tmp") : [])
        {
            File.Delete(remains);
        }
    }

    /// <summary>Makes the folder if it is not there.</summary>
    /// <exception cref="IOException">It cannot be made, or is a link to nothing.</exception>
    public static void Make(string folder)
    {
        if (new DirectoryInfo(folder) is { Exists: false, LinkTarget: { } target })
        {
            throw new IOException($"it is a link to {target}, and there is no such folder.");
        }

        _ = Directory.CreateDirectory(folder);
    }

    /// <summary>Makes the folder if it is not there, and tries whether a file can be written.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not.</exception>
    public static void RequireRoom(string folder)
    {
        Make(folder);
        var file = Path.Combine(folder, $".{Prefix}{Guid.NewGuid():N}.tmp");

        try
        {
            File.WriteAllBytes(file, [0]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static long? StepOf(string file) =>
        long.TryParse(Path.GetFileNameWithoutExtension(file)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
}
