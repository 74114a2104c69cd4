using DeepLearningCourse.Data.Loading;

namespace DeepLearningCourse.Data;

/// <summary>What a <see cref="DataLoader{TBatch}"/> reads: a <see cref="Dataset{TSample}"/> or an <see cref="IterableDataset{TSample}"/>.</summary>
/// <typeparam name="TSample">What one sample is.</typeparam>
public abstract class DataSource<TSample> : DataSource
{
    internal sealed override ILoaderSource<TBatch> Load<TBatch>(Delegate? collate, LoaderOptions options)
    {
        if (options.BatchSize is null && collate is null)
        {
            collate = typeof(TSample) == typeof(TBatch)
                ? (Func<IReadOnlyList<TSample>, TSample>)(samples => samples[0])
                : throw new ArgumentException(
                    $"Without a batchSize each sample is handed out as it is, and the samples are {TypeText.Of(typeof(TSample))}: " +
                    $"make it a DataLoader<{TypeText.Of(typeof(TSample))}>, or give it a collate function.");
        }

        if (collate is null or Func<IReadOnlyList<TSample>, TBatch>)
        {
            return LoaderSources.Of(this, (Func<IReadOnlyList<TSample>, TBatch>?)collate, options);
        }

        throw new ArgumentException(
            $"collate is a function of type {TypeText.Of(collate.GetType())}, and the loader needs one that takes the samples and returns the batch: " +
            $"(IReadOnlyList<{TypeText.Of(typeof(TSample))}> samples) => a {TypeText.Of(typeof(TBatch))}.");
    }
}
