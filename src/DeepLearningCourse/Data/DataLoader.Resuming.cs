using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Data;

/// <content>The loader as a training run sees it.</content>
public sealed partial class DataLoader<TBatch> : IRunLoader
{
    long? IRunLoader.GivenSeed => options.Seed;

    IReadOnlyDictionary<string, string> IRunLoader.Description => description ??= LoaderText.Of(dataset, options, SampleCount, KnownCount);

    /// <summary>Lets loops begin that are to leave no trace.</summary>
    /// <returns>What puts the position back, to that of a loop that still runs too.</returns>
    internal IDisposable KeepPosition() => new KeptPosition(Remember());

    /// <summary>Remembers where the loader is, an epoch that was given up included.</summary>
    /// <returns>Puts it back there.</returns>
    internal Action Remember()
    {
        lock (gate)
        {
            var kept = (position, batchesGiven, restored, epoch);
            return () =>
            {
                lock (gate)
                {
                    (position, batchesGiven, restored, epoch) = kept;
                }
            };
        }
    }

    DataLoaderState IRunLoader.TakeNext() => NextStart();

    DataLoaderState IRunLoader.TakeAt(DataLoaderState start)
    {
        RequirePlace(start);

        lock (gate)
        {
            // The loop that began last speaks for the loader; this one may be an older one that goes on.
            if (start.Epoch == epoch - 1)
            {
                (position, batchesGiven, restored) = (start, start.Batch, null);
            }
        }

        return start;
    }

    void IRunLoader.GoOn(DataLoaderState at, long next)
    {
        RequirePlace(at);

        lock (gate)
        {
            (position, batchesGiven, restored, epoch) = (at, at.Batch, null, next);
        }
    }
}
