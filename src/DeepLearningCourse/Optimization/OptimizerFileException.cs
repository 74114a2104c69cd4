namespace DeepLearningCourse.Optimization;

/// <summary>A file that no optimizer's state can be read from: names the file and what is wrong with it.</summary>
public sealed class OptimizerFileException : IOException
{
    internal OptimizerFileException(string path, string problem, Exception? cause = null)
        : base($"{path} holds no optimizer's state that can be read: {problem}", cause) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
