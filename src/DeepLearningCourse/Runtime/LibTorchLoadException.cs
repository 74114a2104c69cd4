namespace DeepLearningCourse.Runtime;

/// <summary>libtorch cannot be loaded: says what is wrong, with which file, and what to install.</summary>
public sealed class LibTorchLoadException : Exception
{
    internal LibTorchLoadException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
