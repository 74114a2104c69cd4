using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>A column under the wider types that samples and batches were declared with: an array as <c>IReadOnlyList</c>, say.</summary>
internal sealed class WidenedColumn<TSample, TSeen, TMade, TBatch>(Column<TSeen, TMade> column) : Column<TSample, TBatch>
    where TSample : TSeen
    where TMade : TBatch
{
    public override void Begin(int capacity) => column.Begin(capacity);

    public override void Add(TSample sample, int row, long index) => column.Add(sample, row, index);

    public override TBatch End(int count, DisposeScope scope) => column.End(count, scope);

    public override void Abort() => column.Abort();
}
