using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>A column of what something is converted to.</summary>
internal sealed class ConvertedColumn<TSample, TConverted, TBatch>(Func<TSample, TConverted> convert, Column<TConverted, TBatch> column)
    : Column<TSample, TBatch>
{
    public override void Begin(int capacity) => column.Begin(capacity);

    public override void Add(TSample sample, int row, long index) => column.Add(convert(sample), row, index);

    public override TBatch End(int count, DisposeScope scope) => column.End(count, scope);

    public override void Abort() => column.Abort();
}
