namespace DeepLearningCourse.Data.Loading;

/// <summary>The data behind a loader over a dataset with an index.</summary>
internal sealed class IndexedSource<TSample, TBatch> : ILoaderSource<TBatch>
{
    private readonly Dataset<TSample> dataset;
    private readonly BatchRecipe<TSample, TBatch> recipe;
    private readonly LoaderOptions options;
    private readonly long datasetCount;
    private readonly int batchSize;

    public IndexedSource(Dataset<TSample> dataset, BatchRecipe<TSample, TBatch> recipe, LoaderOptions options)
    {
        (this.dataset, this.recipe, this.options) = (dataset, recipe, options);
        datasetCount = dataset.Count;
        batchSize = options.BatchSize ?? 1;
        RequireSamples();
        BadSamples = new BadSampleLog(options.BadSamples);
    }

    public int? BatchCount => options.BatchSampler?.Count ?? BatchesOf(SampleCount!.Value);

    public long? SampleCount => options.BatchSampler is not null ? null : options.Sampler?.Count ?? datasetCount;

    public BatchMemory Memory => recipe.Memory;

    public BadSampleLog BadSamples { get; }

    public EpochSource<TBatch> Start(DataLoaderState start, StopSignal stop) => new IndexedEpoch<TSample, TBatch>(
        dataset, Plan(start.Seed, start.Epoch), checked((int)start.Batch), recipe, () => new SampleReading(start.Seed, start.Epoch, stop, BadSamples, options.NumWorkers > 0), stop);

    private EpochPlan Plan(long seed, long epoch)
    {
        if (options.BatchSampler is { } batchSampler)
        {
            var batches = batchSampler.Batches(seed, epoch);

            foreach (var batch in batches)
            {
                RequireIndices(batch, batchSampler);

                if (batch.Length == 0)
                {
                    throw new ArgumentException($"{batchSampler.GetType().Name} made a batch without samples: each batch needs at least one.");
                }
            }

            return new EpochPlan(batches);
        }

        var sampler = options.Sampler ?? (options.Shuffle ? new RandomSampler(datasetCount) : new SequentialSampler(datasetCount));

        if (sampler.Drawn(seed, epoch) is { } drawn)
        {
            RequireIndices([drawn.Highest], sampler);
            return new EpochPlan(sampler.Count, batchSize, BatchesOf(sampler.Count), () => sampler.Drawn(seed, epoch)!.Read);
        }

        var order = sampler.Order(seed, epoch);
        RequireIndices(order, sampler);

        return order.LongLength == sampler.Count
            ? new EpochPlan(order.LongLength, batchSize, BatchesOf(order.LongLength), order)
            : throw new ArgumentException($"{sampler.GetType().Name} says that an epoch has {sampler.Count} samples and gave {order.LongLength}. Make Count and Order agree.");
    }

    private int BatchesOf(long samples) => SamplerChecks.BatchesOf(samples, batchSize, options.DropLast);

    private void RequireSamples()
    {
        if (datasetCount < 1)
        {
            throw new ArgumentException($"The dataset is empty: its Count is {datasetCount}. There must be at least 1 sample to loop over.");
        }

        if (BatchCount > 0)
        {
            return;
        }

        throw new ArgumentException(
            options.DropLast && SampleCount > 0
                ? $"There would be no batch: an epoch has {SampleCount} samples, batchSize is {batchSize}, and dropLast leaves out a batch that is not " +
                  $"full. Use a batchSize of at most {SampleCount}, or dropLast: false."
                : "There would be no batch: the sampler takes no sample. Look at its Count.");
    }

    private void RequireIndices(long[] indices, object sampler)
    {
        foreach (var index in indices)
        {
            if ((ulong)index >= (ulong)datasetCount)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices),
                    $"{sampler.GetType().Name} asked for sample {index}: the dataset has {datasetCount}, numbered from 0 to {datasetCount - 1}. " +
                    "Was the sampler made for another dataset?");
            }
        }
    }
}
