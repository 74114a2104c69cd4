namespace DeepLearningCourse.Training;

/// <summary>Where a run goes on from.</summary>
/// <example>
/// <code>
/// trainer.Fit(trainLoader, validationLoader, resume: ResumeFrom.Auto);   // the newest checkpoint of the options' Checkpoint, or from the beginning
/// trainer.Fit(trainLoader, validationLoader, resume: "runs/digits"); // the newest in this folder, which must have one
/// </code>
/// </example>
public sealed class ResumeFrom
{
    private ResumeFrom(string? path) => Path = path;

    /// <summary>The newest checkpoint in the folder of the <see cref="Callbacks.Checkpoint"/> among <see cref="TrainerOptions.Callbacks"/>; without any the run begins anew.</summary>
    public static ResumeFrom Auto { get; } = new(null);

    /// <summary>The file, or the folder of which the newest file is taken; null for <see cref="Auto"/>.</summary>
    public string? Path { get; }

    /// <summary>A file that <see cref="TrainingRun.Save"/> wrote, or a folder of them.</summary>
    /// <param name="path">The file or folder.</param>
    public static ResumeFrom At(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ResumeFrom(path);
    }

    /// <summary>A file that <see cref="TrainingRun.Save"/> wrote, or a folder of them.</summary>
    /// <param name="path">The file or folder.</param>
    public static implicit operator ResumeFrom(string path) => At(path);
}
