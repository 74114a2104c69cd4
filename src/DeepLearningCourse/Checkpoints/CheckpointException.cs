namespace DeepLearningCourse.Checkpoints;

/// <summary>A checkpoint cannot be used: its file is damaged, or it is another network's, another optimizer's or a newer version's.</summary>
public sealed class CheckpointException : InvalidOperationException
{
    internal CheckpointException(string path, string message, bool isDamaged, Exception? cause = null)
        : base($"The checkpoint {path} {message}", cause) => (Path, IsDamaged) = (path, isDamaged);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether the file itself is damaged, so that an earlier one may do; false if it does not fit the run.</summary>
    public bool IsDamaged { get; }
}
