namespace DeepLearningCourse.Notebooks.Commands;

/// <summary>The program's exit codes.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A cell failed or did not run, or files differ.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, or a file that cannot be read or written.</summary>
    public const int Unusable = 2;
}
