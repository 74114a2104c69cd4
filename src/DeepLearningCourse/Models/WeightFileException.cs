namespace DeepLearningCourse.Models;

/// <summary>A weight file that cannot be read: names the file and what is wrong with it.</summary>
public sealed class WeightFileException : IOException
{
    internal WeightFileException(string path, string problem, Exception? cause = null)
        : base($"{path} is not a weight file that can be read: {problem}", cause) => (Path, Problem) = (path, problem);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is wrong, as the half of a sentence.</summary>
    internal string Problem { get; }
}
