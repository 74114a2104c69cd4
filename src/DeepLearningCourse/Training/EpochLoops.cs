using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Training;

/// <summary>The loops over loaders that a source of batches begins: where they began, and where those of a resumed epoch have to.</summary>
/// <param name="settled">The loaders of the run that are where the checkpoint had them; one may serve several sources.</param>
/// <param name="repeats">Whether each epoch begins where the first one did.</param>
internal sealed class EpochLoops(HashSet<IRunLoader> settled, bool repeats) : LoopWatch
{
    private readonly List<Begun> begun = [];
    private readonly HashSet<int> compared = [];
    private readonly List<DataLoaderState> first = [];

    // Those of the epoch before: which loaders are still to come.
    private List<Begun> last = [];
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

        return new DataPlace(within || isOpen || (repeats && begun.Count > 0), [.. begun.Select(loop => loop.Place), .. Ahead], batches);
    }

    /// <summary>The loops that the epoch has not come to; none that is known where an iterator makes its loaders anew.</summary>
    private IEnumerable<DataPlace.Loop> Ahead => resumed is null
        ? last.Skip(begun.Zip(last).All(pair => pair.First.IsOver(pair.Second)) ? begun.Count : last.Count).Select(loop => repeats ? loop.Place : loop.Place.Following())
        : resumed.Loops.Skip(begun.Count).Select(loop => resumed.IsWithin ? loop : loop.Following());

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
            check!.Compare(place, loader, HasBegun(place));
        }

        if (settled.Add(loader))
        {
            loader.GoOn(HasBegun(place) ? After(place.Start, batches) : place.Following().Start, place.Next);
        }
    }

    /// <summary>An epoch begins, or goes on.</summary>
    /// <param name="batches">How many batches each of its loops passes over.</param>
    public void BeginEpoch(int batches)
    {
        if (repeats)
        {
            // An epoch whose batches were all trained on before the checkpoint begins no loop.
            var starts = isFirst && resumed is not null ? resumed.Loops.TakeWhile(HasBegun).Select(loop => loop.Start) : begun.Select(loop => loop.Start);
            first.AddRange(starts.Skip(first.Count).ToList());
        }

        if (!isFirst)
        {
            resumed = null;
        }

        last = [.. begun, .. last.Skip(begun.Count)];
        begun.Clear();
        (isFirst, isOpen, taken) = (false, true, batches);
    }

    public void EndEpoch() => isOpen = false;

    public override DataLoaderState Begin(IRunLoader loader)
    {
        var number = begun.Count;
        Settle(loader, number, taken);
        DataLoaderState start;

        if (resumed?.Loops.ElementAtOrDefault(number) is { } place && HasBegun(place))
        {
            start = loader.TakeAt(After(place.Start, taken));
        }
        else
        {
            if (first.ElementAtOrDefault(number) is { } again)
            {
                loader.GoOn(again, again.Epoch);
            }

            start = loader.TakeNext();
        }

        begun.Add(new Begun(new(loader), start with { Batch = start.Batch - taken }, loader.Description));
        return start;
    }

    private bool HasBegun(DataPlace.Loop place) => resumed!.IsWithin && place.HasBegun;

    private static DataLoaderState After(DataLoaderState start, int batches) => start with { Batch = start.Batch + batches };

    /// <summary>A loop that has begun. A loader that an iterator makes for one file is not kept alive for the epoch.</summary>
    private sealed record Begun(WeakReference<IRunLoader> Loader, DataLoaderState Start, IReadOnlyDictionary<string, string> Description)
    {
        public bool IsOver(Begun other) => Loader.TryGetTarget(out var loader) && other.Loader.TryGetTarget(out var another) && loader == another;

        public DataPlace.Loop Place => new(Start, Loader.TryGetTarget(out var loader) ? loader.Epoch : Start.Epoch + 1, Description);
    }
}
