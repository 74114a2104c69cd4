namespace DeepLearningCourse.Training.Tuning;

/// <summary>Whether an exception says that there was no memory.</summary>
internal static class MemoryShortage
{
    // What libtorch's allocators of CUDA and of the processor say.
    private static readonly string[] Signs = ["out of memory", "can't allocate memory", "not enough memory"];

    public static bool IsCauseOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is OutOfMemoryException || Signs.Any(sign => cause.Message.Contains(sign, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }
}
