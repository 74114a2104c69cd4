using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>A column for one member of a tuple or a record.</summary>
internal abstract class Member<TSample>
{
    public abstract void Begin(int capacity);

    public abstract void Add(TSample sample, int row, long index);

    public abstract void AddAll(ReadOnlySpan<TSample> samples, ReadOnlySpan<long> indices);

    public abstract object? End(int count, DisposeScope scope);

    public abstract void Abort();
}
