using System.Runtime.ExceptionServices;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The sample that one worker is at: its random numbers, its place, and what becomes of an error.</summary>
internal sealed class SampleReading(long seed, long epoch, StopSignal stop, BadSampleLog badSamples, bool inWorker)
{
    private readonly SampleRandom random = new(seed, epoch, 0);
    private long index = -1;
    private int shard;
    private int shardCount = 1;

    public StopSignal Stop => stop;

    /// <summary>Whether other threads read samples at the same time.</summary>
    public bool IsInWorker => inWorker;

    /// <summary>Which sample is being read, in words; for whoever waits for it in another thread.</summary>
    public string Where => shardCount == 1 ? $"Sample {Index}" : $"Sample {Index} of shard {shard}";

    public long Index => Volatile.Read(ref index);

    /// <summary>The loader's random numbers take the place of the thread's own until this is disposed.</summary>
    public SampleRandom.Place UseRandom() => SampleRandom.Use(random);

    public void InShard(int number, int count)
    {
        shard = number;
        shardCount = count;
    }

    public void Begin(long sample)
    {
        stop.ThrowIfSet();
        Volatile.Write(ref index, sample);
        random.Begin(seed, epoch, (sample * shardCount) + shard);
    }

    /// <summary>Notes a sample that is left out, or throws.</summary>
    /// <exception cref="DataLoaderException">Such samples end the loop.</exception>
    public void Failed(long sample, Exception cause)
    {
        stop.ThrowIfSet();

        if (cause is ThreadInterruptedException)
        {
            // The sample is not bad: somebody ended its wait.
            ExceptionDispatchInfo.Throw(cause);
        }

        if (badSamples.Takes(shard, sample, cause))
        {
            return;
        }

        throw cause as DataLoaderException is { BlamesSampleAlone: true } known ? known : Unreadable(cause);
    }

    public DataLoaderException Unreadable(Exception exception)
    {
        // libtorch appends its C++ frames to the message; they stay in the inner exception.
        var cause = exception.Message.Split('\n', 2)[0].TrimEnd().TrimEnd('.');
        var look = shardCount == 1 ? $"Read dataset[{Index}] on its own to look closer; " : "";

        return new DataLoaderException(
            $"{Where} could not be read. {exception.GetType().Name}: {cause}. {look}InnerException has the line that failed.", Index, exception);
    }
}
