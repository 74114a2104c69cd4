using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Training.Callbacks;

namespace DeepLearningCourse.Training;

/// <summary>Finds the checkpoint that a run goes on from, and takes an earlier one where the newest is damaged.</summary>
internal static class ResumePoint
{
    /// <summary>The files to try, the newest first; null if the run begins anew.</summary>
    /// <exception cref="FileNotFoundException">There is no checkpoint where one was asked for.</exception>
    /// <exception cref="ArgumentException">No folder is known.</exception>
    public static IReadOnlyList<string>? Find(ResumeFrom? resume, TrainerOptions options)
    {
        if (resume is null)
        {
            return null;
        }

        if (resume.Path is not { } path)
        {
            return CheckpointFolder.Files(options.Callbacks.OfType<Checkpoint>().FirstOrDefault()?.Folder ?? throw new ArgumentException(
                "ResumeFrom.Auto takes the newest checkpoint in the folder of a Checkpoint, and TrainerOptions.Callbacks has none. Add new Checkpoint(folder)."));
        }

        // Also where it is a link to nothing.
        if (File.Exists(path))
        {
            return [path];
        }

        return CheckpointFolder.Files(path) is { Count: > 0 } files ? files : throw new FileNotFoundException(
            $"There is no checkpoint {path}. Give the file that a Checkpoint wrote or its folder, or ResumeFrom.Auto to begin anew without one.", path);
    }

    /// <summary>Goes on from the first file that is whole.</summary>
    /// <exception cref="CheckpointException">None is, or the first whole one is another run's.</exception>
    public static void Restore(IReadOnlyList<string> files, TrainingRun run, Action<string> restore)
    {
        List<string> damaged = [];

        foreach (var file in files)
        {
            try
            {
                ReadableCheckpoint.Require(file);
                restore(file);
                damaged.ForEach(run.Warn);
                return;
            }
            catch (CheckpointException exception) when (exception.IsDamaged && file != files[^1])
            {
                damaged.Add($"{exception.Message} The run goes on from the one before.");
            }
        }
    }
}
