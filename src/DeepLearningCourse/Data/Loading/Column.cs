using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>One place of the samples (the features, say) while a batch is put together: takes it from each sample, and gives it for all.</summary>
/// <remarks>Used by one thread at a time, for one batch after the other.</remarks>
internal abstract class Column<TSample, TBatch>
{
    /// <summary>Whether a sample may be disposed as soon as it was added.</summary>
    public virtual bool CopiesSamples => true;

    /// <summary>Starts a batch of at most so many samples.</summary>
    public abstract void Begin(int capacity);

    /// <summary>Takes what is needed of a sample. A row may be written again: its sample was skipped.</summary>
    /// <exception cref="DataLoaderException">The sample does not fit.</exception>
    public abstract void Add(TSample sample, int row, long index);

    /// <summary>Takes what is needed of several samples: one place of all of them after the other, so that the memory they lie in is waited for once.</summary>
    public virtual void AddAll(ReadOnlySpan<TSample> samples, ReadOnlySpan<long> indices)
    {
        for (var row = 0; row < samples.Length; row++)
        {
            Add(samples[row], row, indices[row]);
        }
    }

    /// <summary>The batch of the first <paramref name="count"/> rows, at least one; its tensors belong to the scope.</summary>
    public abstract TBatch End(int count, DisposeScope scope);

    /// <summary>Gives up a batch that was begun.</summary>
    public abstract void Abort();
}
