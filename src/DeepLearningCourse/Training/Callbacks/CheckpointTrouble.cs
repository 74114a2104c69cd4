using System.Globalization;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>A disk that fails costs checkpoints, not the run: says so once for each cause, and once when it is over.</summary>
internal sealed class CheckpointTrouble
{
    private readonly HashSet<(Type, int)> said = [];
    private int missed;

    /// <summary>Before the run's first checkpoint.</summary>
    public void Forget()
    {
        said.Clear();
        missed = 0;
    }

    /// <summary>Makes ready to write; what fails is said at once, and not again with the first checkpoint.</summary>
    public void Prepare(TrainingRun run, string folder, Action action) => Try(
        run, action, problem => $"Checkpoints cannot be written to {folder}: {problem} The run goes on without them, and tries each that is due.");

    /// <summary>Writes a checkpoint.</summary>
    public void Save(TrainingRun run, Action action)
    {
        var isWritten = Try(run, action, problem => string.Create(CultureInfo.InvariantCulture,
            $"After step {run.Step} no checkpoint could be written: {problem} Earlier ones are as they were. "
            + $"Those that are due later are tried, and nothing is said of them until that changes."));
        missed += isWritten ? 0 : 1;

        if (isWritten && said.Count > 0)
        {
            var count = missed == 1 ? "one was" : string.Create(CultureInfo.InvariantCulture, $"{missed} were");
            run.Warn(string.Create(CultureInfo.InvariantCulture, $"From step {run.Step} on checkpoints are written again; {count} not."));
            Forget();
        }
    }

    /// <summary>Removes a checkpoint whose time is over.</summary>
    /// <returns>Whether it is gone.</returns>
    public static bool Delete(TrainingRun run, string file, bool isSaid)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!isSaid)
            {
                run.Warn($"The checkpoint {file}, which is no longer needed, could not be deleted: {Sentence(exception)} It is tried again with each new one.");
            }

            return false;
        }
    }

    private bool Try(TrainingRun run, Action action, Func<string, string> warning)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its text has the name of a file that is another one each time.
            if (said.Add((exception.GetType(), exception.HResult)))
            {
                run.Warn(warning(Sentence(exception)));
            }

            return false;
        }
    }

    private static string Sentence(Exception exception) => $"{exception.Message.TrimEnd('.')}.";
}
