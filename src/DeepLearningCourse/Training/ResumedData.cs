using System.Globalization;
using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Training;

/// <summary>The data of a resumed run beside that of its checkpoint.</summary>
/// <param name="path">The checkpoint.</param>
/// <param name="name">Training or validation data.</param>
/// <param name="taken">The batches of the epoch before the checkpoint, whose number is their place; 0 between epochs and for validation data.</param>
/// <param name="warn">Takes the warnings.</param>
/// <param name="cudaSeed">What torch's CUDA generator was seeded with.</param>
internal sealed class ResumedData(string path, string name, int taken, Action<string> warn, long? cudaSeed = null)
{
    public long? CudaSeed => cudaSeed;

    /// <summary>Compares a loader with the one of the checkpoint.</summary>
    /// <exception cref="CheckpointException">Its batches are others, and the checkpoint is between two of them.</exception>
    public void Compare(DataPlace.Loop saved, IRunLoader loader, bool isWithin)
    {
        if (saved.Loader is not null)
        {
            Judge(saved.Loader, loader.Description, isWithin);
        }

        if (loader.GivenSeed is { } given && given != saved.Start.Seed)
        {
            warn(string.Create(CultureInfo.InvariantCulture,
                $"The loader of the {name} has the seed {given}, and the run goes on with {saved.Start.Seed}, that of {path}, as the order of its epochs depends on it."));
        }
    }

    /// <summary>Compares data of which only the number of batches is known, on one side at least.</summary>
    /// <exception cref="CheckpointException">It is another one, or a list in place of a loader, and the checkpoint is between two batches.</exception>
    public void Compare(DataPlace saved, bool isLoader, int? batches) =>
        Judge(Texts(saved.IsLoader ?? saved.Loops.Count > 0, saved.Batches), Texts(isLoader, batches), saved.IsWithin);

    /// <summary>Says that there is validation data now and was none, or the other way round.</summary>
    public void Missing(bool isNow) => warn(isNow
        ? $"{path} is of a run without {name}, and this one has some: what watched the training loss watches another one from here on."
        : $"{path} is of a run with {name}, and this one has none: what watched it has nothing to watch, or watches the training loss from here on.");

    /// <exception cref="CheckpointException">Always.</exception>
    public void RefuseShort(int batches) => throw new CheckpointException(
        path,
        $"was written after {taken} batches of an epoch, and the {name} has {batches}. Give it the data as it was.", isDamaged: false);

    // Of what LINQ and iterators make neither is known.
    private static Dictionary<string, string> Texts(bool isLoader, int? batches)
    {
        Dictionary<string, string> texts = [];

        if (isLoader || batches is not null)
        {
            texts["kind"] = isLoader ? "a DataLoader" : "a list";
        }

        if (batches is { } count)
        {
            texts["batches"] = count.ToString(CultureInfo.InvariantCulture);
        }

        return texts;
    }

    private void Judge(IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> now, bool isWithin)
    {
        var differences = saved
            .Where(entry => now.TryGetValue(entry.Key, out var value) && value != entry.Value)
            .Select(entry => $"its {entry.Key} was {entry.Value} and is {now[entry.Key]}").ToList();

        if (differences.Count == 0)
        {
            return;
        }

        if (isWithin && taken > 0)
        {
            throw new CheckpointException(
                path,
                $"is within an epoch, after {taken} of its batches, and the {name} is other than it was: {string.Join(", ", differences)}. "
                + $"Batch {taken + 1} would be another batch. Give the data as it was until the epoch is over, or go on from a checkpoint between epochs.",
                isDamaged: false);
        }

        warn($"The run went on from {path} with other {name}: {string.Join(", ", differences)}.");
    }
}
