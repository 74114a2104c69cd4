using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Training;

/// <summary>The loops over loaders that a source of batches begins: where they began, and where those of a resumed epoch have to.</summary>
/// <param name="settled">The loaders of the run that are where the checkpoint had them; one may serve several sources.</param>
/// <param name="repeats">Whether each epoch begins where the first one did.</param>
internal sealed class EpochLoops(HashSet<IRunLoader> settled, bool repeats) : LoopWatch
{
    private readonly List<(IRunLoader Loader, DataLoaderState Start)> begun = [];
    private readonly HashSet<int> compared = [];
    private List<DataLoaderState>? first;
    private DataPlace? resumed;
    private ResumedData? check;
    private IRunLoader? direct;
    private bool isFirst;
    private int taken;

    // An epoch that was given up is gone through again as it was.
    private bool isOpen;

    /// <summary>Where the loops are.</summary>
    /// <param name="within">Whether an epoch goes on.</param>
    /// <param name="batches">The batches of an epoch.</param>
    public DataPlace Place(bool within, int? batches)
    {
        if (begun.Count == 0 && resumed is { Loops.Count: > 0 })
        {
            // Another source may have gone through the loader meanwhile.
            return direct is null ? resumed : resumed with { Loops = [resumed.Loops[0] with { Next = direct.Epoch }] };
        }

        var loops = begun.Select(loop => new DataPlace.Loop(loop.Start, loop.Loader.Epoch, loop.Loader.Description));
        return new DataPlace(within || isOpen || (repeats && begun.Count > 0), [.. loops], batches);
    }

    /// <summary>Goes on where a checkpoint was; its loaders show when they begin their loops.</summary>
    /// <param name="place">Where it was.</param>
    /// <param name="data">Compares the data.</param>
    /// <param name="loader">The one loader, where the source is nothing else; null if that is not known.</param>
    public void GoOn(DataPlace place, ResumedData data, IRunLoader? loader) => (resumed, check, direct, isFirst) = (place, data, loader, true);

    /// <summary>Puts a loader that is known before its loop where the checkpoint had it.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="loop">Which of the loops is its.</param>
    /// <param name="batches">How many batches of the loop were trained on.</param>
    public void Settle(IRunLoader loader, int loop, int batches)
    {
        if (resumed?.Loops.ElementAtOrDefault(loop) is not { } place)
        {
            return;
        }

        if (compared.Add(loop))
        {
            check!.Compare(place, loader, resumed.IsWithin);
        }

        if (settled.Add(loader))
        {
            loader.GoOn(resumed.IsWithin ? After(place.Start, batches) : new DataLoaderState(place.Start.Seed, place.Next, 0), place.Next);
        }
    }

    /// <summary>An epoch begins, or goes on.</summary>
    /// <param name="batches">How many batches each of its loops passes over.</param>
    public void BeginEpoch(int batches)
    {
        if (repeats && begun.Count > 0)
        {
            first ??= [.. begun.Select(loop => loop.Start)];
        }

        if (!isFirst)
        {
            resumed = null;
        }

        begun.Clear();
        (isFirst, isOpen, taken) = (false, true, batches);
    }

    public void EndEpoch() => isOpen = false;

    public override DataLoaderState Begin(IRunLoader loader)
    {
        var number = begun.Count;
        Settle(loader, number, taken);
        DataLoaderState start;

        if (resumed is { IsWithin: true } && resumed.Loops.ElementAtOrDefault(number) is { } place)
        {
            start = loader.TakeAt(After(place.Start, taken));
        }
        else
        {
            if (first?.ElementAtOrDefault(number) is { } again)
            {
                loader.GoOn(again, again.Epoch);
            }

            start = loader.TakeNext();
        }

        begun.Add((loader, start with { Batch = start.Batch - taken }));
        return start;
    }

    private static DataLoaderState After(DataLoaderState start, int batches) => start with { Batch = start.Batch + batches };
}
