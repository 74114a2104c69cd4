namespace DeepLearningCourse.Data;

/// <summary>A stream that reads another in its own way.</summary>
internal sealed class DerivedStream<TSource, TSample>(
    IterableDataset<TSource> source, Func<IterableDataset<TSource>, Shard, IEnumerable<Func<TSample>>> read) : IterableDataset<TSample>
{
    public override int ShardCount => source.ShardCount;

    public override IEnumerable<TSample> Read(Shard shard) => ReadDeferred(shard).Select(sample => sample());

    internal override IEnumerable<Func<TSample>> ReadDeferred(Shard shard) => read(source, shard);
}
