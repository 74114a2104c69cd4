namespace DeepLearningCourse.Data.Loading;

/// <summary>The samples that a loader left out, each once.</summary>
internal sealed class BadSampleLog(BadSamples policy)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(int Shard, long Index), SkippedSample> skipped = [];

    public IReadOnlyList<SkippedSample> Samples
    {
        get
        {
            lock (gate)
            {
                return [.. skipped.OrderBy(entry => entry.Key).Select(entry => entry.Value)];
            }
        }
    }

    /// <summary>Notes the sample if such are to be left out.</summary>
    public bool Takes(int shard, long index, Exception cause)
    {
        if (policy == BadSamples.Throw)
        {
            return false;
        }

        lock (gate)
        {
            skipped[(shard, index)] = new SkippedSample(index, cause);
        }

        return true;
    }
}
