using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>A column for one member, of a known type.</summary>
internal sealed class Member<TSample, TItem, TBatch>(Func<TSample, TItem> get, Column<TItem, TBatch> column) : Member<TSample>
{
    public override void Begin(int capacity) => column.Begin(capacity);

    public override void Add(TSample sample, int row, long index) => column.Add(get(sample), row, index);

    public override void AddAll(ReadOnlySpan<TSample> samples, ReadOnlySpan<long> indices)
    {
        for (var row = 0; row < samples.Length; row++)
        {
            column.Add(get(samples[row]), row, indices[row]);
        }
    }

    public override object? End(int count, DisposeScope scope) => column.End(count, scope);

    public override void Abort() => column.Abort();
}
