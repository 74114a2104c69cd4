namespace DeepLearningCourse.Data.Loading;

/// <summary>The data behind a loader over a stream.</summary>
internal sealed class StreamSource<TSample, TBatch> : ILoaderSource<TBatch>
{
    private readonly IterableDataset<TSample> dataset;
    private readonly BatchRecipe<TSample, TBatch> recipe;
    private readonly LoaderOptions options;

    public StreamSource(IterableDataset<TSample> dataset, BatchRecipe<TSample, TBatch> recipe, LoaderOptions options)
    {
        (this.dataset, this.recipe, this.options) = (dataset, recipe, options);
        BadSamples = new BadSampleLog(options.BadSamples);

        if (options.Shuffle || options.Sampler is not null || options.BatchSampler is not null)
        {
            throw new ArgumentException(
                "The dataset is a stream and has no index to choose samples by: leave out shuffle, sampler and batchSampler. To mix it, use " +
                "dataset.Shuffle(bufferSize).");
        }
    }

    public int? BatchCount => null;

    public long? SampleCount => null;

    public BatchMemory Memory => recipe.Memory;

    public BadSampleLog BadSamples { get; }

    public EpochSource<TBatch> Start(DataLoaderState start, StopSignal stop)
    {
        var shards = dataset.ShardCount;

        if (shards < 1)
        {
            throw new ArgumentException($"The stream says that it has {shards} shards: ShardCount must be at least 1.");
        }

        return new StreamEpoch<TSample, TBatch>(
            dataset, start, options.BatchSize ?? 1, options.DropLast, recipe, () => new SampleReading(start.Seed, start.Epoch, stop, BadSamples, options.NumWorkers > 0), stop);
    }
}
