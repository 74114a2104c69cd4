using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Data;

/// <content>The loader as a training run sees it.</content>
public sealed partial class DataLoader<TBatch> : IRunLoader
{
    long? IRunLoader.GivenSeed => options.Seed;

    IReadOnlyDictionary<string, string> IRunLoader.Description => description ??= LoaderText.Of(dataset, options, SampleCount, KnownCount);

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
