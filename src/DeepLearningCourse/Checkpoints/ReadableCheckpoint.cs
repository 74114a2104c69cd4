namespace DeepLearningCourse.Checkpoints;

/// <summary>Whether there is a file to read where a checkpoint should be.</summary>
internal static class ReadableCheckpoint
{
    /// <exception cref="CheckpointException">There is none, and why: a link to nothing, a folder, a file that may not be read.</exception>
    public static void Require(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(path, Problem(path, exception), isDamaged: true, exception);
        }
    }

    private static string Problem(string path, Exception exception)
    {
        if (Directory.Exists(path))
        {
            return "is a folder, and a checkpoint is a file.";
        }

        return new FileInfo(path) is { LinkTarget: { } target } && exception is FileNotFoundException or DirectoryNotFoundException
            ? $"is a link to {target}, and there is no such file."
            : $"cannot be read: {exception.Message.TrimEnd('.')}.";
    }
}
