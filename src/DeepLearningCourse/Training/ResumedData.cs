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

    /// <summary>Compares the number of batches of data that is no loader's.</summary>
    /// <exception cref="CheckpointException">It is another one, and the checkpoint is between two batches.</exception>
    public void Compare(int? saved, int? now, bool isWithin)
    {
        if (saved is not null && now is not null)
        {
            Judge(Batches(saved.Value), Batches(now.Value), isWithin);
        }
    }

    /// <exception cref="CheckpointException">Always.</exception>
    public void RefuseShort(int batches) => throw new CheckpointException(
        path, $"was written after {taken} batches of an epoch, and the {name} has {batches}. Give it the data as it was.", isDamaged: false);

    private static Dictionary<string, string> Batches(int count) => new() { ["batches"] = count.ToString(CultureInfo.InvariantCulture) };

    private void Judge(IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> now, bool isWithin)
    {
        var differences = saved.Where(entry => now.TryGetValue(entry.Key, out var value) && value != entry.Value)
            .Select(entry => $"its {entry.Key} was {entry.Value} and is {now[entry.Key]}").ToList();

        if (differences.Count == 0)
        {
            return;
        }

        if (isWithin && taken > 0)
        {
            throw new CheckpointException(
                path, $"is within an epoch, after {taken} of its batches, and the {name} is other than it was: {string.Join(", ", differences)}. Batch {taken + 1} would be another batch. "
                + "Give the data as it was until the epoch is over, or go on from a checkpoint between epochs.", isDamaged: false);
        }

        warn($"The run went on from {path} with other {name}: {string.Join(", ", differences)}.");
    }
}
