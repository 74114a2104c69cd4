using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Loading;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Where a run's batches come from, and at which of them it goes on.</summary>
/// <param name="data">The batches: a loader, a list, or what LINQ or an iterator makes of loaders.</param>
/// <param name="limit">How many of them an epoch takes; null for all.</param>
/// <param name="repeats">Whether each epoch takes the same ones.</param>
/// <param name="settled">The loaders of the run that are where its checkpoint had them.</param>
internal sealed class BatchSource<TBatch>(IEnumerable<TBatch> data, int? limit = null, bool repeats = false, HashSet<IRunLoader>? settled = null) : IDisposable
{
    private readonly DataLoader<TBatch>? loader = data as DataLoader<TBatch>;
    private readonly IteratedBatches<TBatch> own = new(data);
    private readonly EpochLoops loops = new(settled ?? [], repeats);
    private ResumedData? resumed;

    /// <summary>The batches of an epoch, if that is known before it.</summary>
    public int? Count => All is { } all ? Math.Min(all, limit ?? int.MaxValue) : limit;

    private int? All => loader is not null ? loader.KnownCount : data.TryGetNonEnumeratedCount(out var count) ? count : null;

    /// <summary>What a checkpoint has to keep.</summary>
    /// <param name="within">Whether batches of an epoch were trained on.</param>
    public DataPlace Place(bool within)
    {
        var place = loops.Place(within, All) with { IsLoader = loader is not null };

        // Before its first loop.
        return loader is not null && place.Loops.Count == 0
            ? place with { Loops = [new DataPlace.Loop(new DataLoaderState(loader.Seed, loader.Epoch, 0), loader.Epoch, ((IRunLoader)loader).Description, HasBegun: false)] }
            : place;
    }

    /// <summary>Whether another source goes through the same loader.</summary>
    public bool Shares(BatchSource<TBatch>? other) => loader is not null && loader == other?.loader;

    /// <summary>Remembers where its loader is, if it is one.</summary>
    /// <returns>Puts it back there.</returns>
    public Action? Remember() => loader?.Remember();

    /// <summary>Says that the epoch was gone through.</summary>
    public void Complete() => loops.EndEpoch();

    /// <summary>Goes on where a checkpoint was.</summary>
    /// <param name="place">What <see cref="Place"/> gave.</param>
    /// <param name="taken">How many of the epoch's batches were trained on.</param>
    /// <param name="check">Compares the data.</param>
    public void GoOn(DataPlace place, int taken, ResumedData check)
    {
        resumed = check;
        loops.GoOn(place, check, loader);

        if (loader is not null && place.Loops.Count > 0)
        {
            loops.Settle(loader, 0, taken);
        }
        else
        {
            check.Compare(place, loader is not null, All);
        }
    }

    /// <summary>The batches of the next epoch, or what is left of it.</summary>
    /// <param name="taken">How many of the epoch's batches were trained on before.</param>
    /// <param name="cancellationToken">Ends the wait for a batch.</param>
    public IEnumerable<TBatch> Epoch(int taken, CancellationToken cancellationToken)
    {
        loops.BeginEpoch(loader is null ? 0 : taken);
        var batches = loader is null ? Watched(taken, cancellationToken) : new CancellableBatches<TBatch>(() => Begin(loader.WithCancellation(cancellationToken)));
        return limit is { } most ? batches.Take(Math.Max(0, most - taken)) : batches;
    }

    /// <summary>Gives the tensors that a sequence of the user's own made and still holds to the DisposeScope around the run.</summary>
    public void Dispose() => own.Dispose();

    private IEnumerator<TBatch> Begin(IEnumerable<TBatch> batches)
    {
        using var watch = loops.Watch();
        return batches.GetEnumerator();
    }

    /// <summary>A sequence of the user's, which knows of no token: its waits are ended.</summary>
    private IEnumerable<TBatch> Watched(int taken, CancellationToken cancellationToken)
    {
        using WaitBreaker breaker = new(cancellationToken);
        using var batches = Begin(own);
        var begins = true;
        Func<bool> move = () => Next(batches);

        PassOver(taken, Move);

        while (Move())
        {
            yield return batches.Current;
        }

        // A loop that is given up at once begins all the same: where it does is in the checkpoint.
        bool Move()
        {
            var hasBatch = breaker.Read(move, evenIfCancelled: begins);
            begins = false;
            return hasBatch;
        }
    }

    private bool Next(IEnumerator<TBatch> batches)
    {
        using var watch = loops.Watch();
        return batches.MoveNext();
    }

    /// <summary>Reads again what was trained on before the checkpoint, as only that leads to what comes next.</summary>
    private void PassOver(int taken, Func<bool> next)
    {
        if (taken == 0)
        {
            return;
        }

        // The random numbers that this takes were taken before the checkpoint.
        using var generator = get_rng_state();

        for (var i = 0; i < taken; i++)
        {
            if (!next())
            {
                resumed?.RefuseShort(i);
                break;
            }
        }

        set_rng_state(generator);

        if (resumed?.CudaSeed is { } seed && cuda.is_available())
        {
            cuda.manual_seed_all(seed);
        }
    }
}
