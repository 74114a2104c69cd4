using System.Globalization;

namespace DeepLearningCourse.TensorBoard;

/// <summary>The names of event files, by which TensorBoard knows them and their order.</summary>
internal static class EventFiles
{
    private const string Prefix = "events.out.tfevents.";

    private static int made;

    /// <summary>Whether a folder has event files.</summary>
    public static bool AreIn(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, Prefix + "*").Any();

    /// <summary>Makes a file that comes after those that are there, also where the clock was set back.</summary>
    public static FileStream Create(string folder, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _ = Directory.CreateDirectory(folder);
        var newest = Directory.EnumerateFiles(folder, Prefix + "*").Select(Second).DefaultIfEmpty(-1).Max();
        var second = Math.Max(clock.GetUtcNow().ToUnixTimeSeconds(), newest + 1);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{second:D10}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref made)}");

        // TensorBoard reads while this is written.
        return new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);
    }

    private static long Second(string path) =>
        long.TryParse(Path.GetFileName(path)[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var second) ? second : -1;
}
