using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>What a loader was asked for.</summary>
internal sealed record LoaderOptions(
    int? BatchSize,
    bool Shuffle,
    Sampler? Sampler,
    BatchSampler? BatchSampler,
    int NumWorkers,
    bool PinMemory,
    bool DropLast,
    TimeSpan? Timeout,
    Action<int>? WorkerInit,
    int PrefetchFactor,
    bool PersistentWorkers,
    bool InOrder,
    Device? Device,
    BadSamples BadSamples,
    long? Seed)
{
    /// <summary>How many batches at most are ready or being made while the loop is at another.</summary>
    public int BatchesAhead => checked(NumWorkers * PrefetchFactor);

    public void RequireSense()
    {
        RequireRanges();
        RequireWorkers();

        if (Sampler is not null && Shuffle)
        {
            throw new ArgumentException("sampler and shuffle both decide the order. Leave out shuffle, and give the sampler a random one.");
        }

        if (BatchSampler is not null && (BatchSize != 1 || Shuffle || Sampler is not null || DropLast))
        {
            throw new ArgumentException("batchSampler decides which samples go together: leave out batchSize, shuffle, sampler and dropLast.");
        }

        if (BatchSize is null && DropLast)
        {
            throw new ArgumentException("dropLast leaves out a batch that is not full, and batchSize: null makes no batches. Leave one of them out.");
        }
    }

    private void RequireRanges()
    {
        if (BatchSize < 1)
        {
            throw new ArgumentOutOfRangeException("batchSize", $"batchSize is {BatchSize}: a batch needs at least 1 sample.");
        }

        if (NumWorkers < 0)
        {
            throw new ArgumentOutOfRangeException(
                "numWorkers", $"numWorkers is {NumWorkers}: use 0 to read samples in the loop's own thread, or 1 or more background threads.");
        }

        if (PrefetchFactor < 1)
        {
            throw new ArgumentOutOfRangeException("prefetchFactor", $"prefetchFactor is {PrefetchFactor}: a worker makes at least 1 batch ahead of the loop.");
        }

        if (Timeout <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException("timeout", $"timeout is {Timeout}: it must be longer than nothing; leave it out to wait for ever.");
        }
    }

    private void RequireWorkers()
    {
        if (NumWorkers > 0)
        {
            return;
        }

        var needsWorkers = Timeout is not null ? "timeout" : WorkerInit is not null ? "workerInit" : PersistentWorkers ? "persistentWorkers" : null;

        if (needsWorkers is not null)
        {
            throw new ArgumentException($"{needsWorkers} is about worker threads, and there are none with numWorkers: 0. Use numWorkers: 1 or more, or leave it out.");
        }
    }
}
