using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Training;

/// <summary>Where a run's batches come from, and at which of them it goes on.</summary>
/// <param name="data">The batches.</param>
/// <param name="limit">How many of them an epoch takes; null for all.</param>
/// <param name="repeats">Whether each epoch takes the same ones.</param>
internal sealed class BatchSource<TBatch>(IEnumerable<TBatch> data, int? limit = null, bool repeats = false) : IDisposable
{
    private readonly DataLoader<TBatch>? loader = data as DataLoader<TBatch>;
    private readonly IteratedBatches<TBatch> own = new(data);

    // Where the loader began the epoch that it is in, or that comes next.
    private DataLoaderState? began;

    // An epoch that was given up is gone through again as it was.
    private bool isOpen;

    /// <summary>The batches of an epoch, if that is known before it.</summary>
    public int? Count
    {
        get
        {
            var all = loader is not null ? loader.KnownCount : data.TryGetNonEnumeratedCount(out var count) ? count : (int?)null;
            return all is null ? limit : Math.Min(all.Value, limit ?? int.MaxValue);
        }
    }

    /// <summary>What a checkpoint has to keep while an epoch runs; null if the batches are no loader's.</summary>
    /// <param name="taken">How many batches of the epoch were trained on.</param>
    public DataLoaderState? StateWithin(int taken) => loader is null ? null : (began ?? Next()) with { Batch = taken };

    /// <summary>What a checkpoint has to keep between epochs; null if the batches are no loader's.</summary>
    public DataLoaderState? StateBetween() => loader is null ? null : (repeats || isOpen) && began is not null ? began : Next();

    /// <summary>Says that the epoch was gone through.</summary>
    public void Complete() => isOpen = false;

    /// <summary>Goes on where a checkpoint was.</summary>
    /// <param name="state">What one of the two gave.</param>
    public void GoOn(DataLoaderState? state)
    {
        if (loader is not null && state is not null)
        {
            loader.Restore(state);
            began = state with { Batch = 0 };
        }
    }

    /// <summary>The batches of the next epoch, or what is left of it.</summary>
    /// <param name="taken">How many of the epoch's batches were trained on before.</param>
    /// <param name="cancellationToken">Ends the wait for a batch.</param>
    public IEnumerable<TBatch> Epoch(int taken, CancellationToken cancellationToken)
    {
        IEnumerable<TBatch> batches;

        if (loader is null)
        {
            batches = taken > 0 ? own.Skip(taken) : own;
        }
        else
        {
            if (taken == 0)
            {
                Begin();
            }

            batches = loader.WithCancellation(cancellationToken);
        }

        return limit is { } most ? batches.Take(Math.Max(0, most - taken)) : batches;
    }

    /// <summary>Gives the tensors that a sequence of the user's own made and still holds to the DisposeScope around the run.</summary>
    public void Dispose() => own.Dispose();

    private void Begin()
    {
        if (repeats && began is not null)
        {
            loader!.Restore(began);
        }

        began = Next();
        isOpen = true;
    }

    // An epoch that ended early leaves the loader's State inside it.
    private DataLoaderState Next() => new(loader!.Seed, loader.Epoch, 0);
}
