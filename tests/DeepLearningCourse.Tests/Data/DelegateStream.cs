using DeepLearningCourse.Data;

namespace DeepLearningCourse.Tests.Data;

/// <summary>A stream written in one line.</summary>
internal sealed class DelegateStream<TSample>(int shards, Func<Shard, IEnumerable<TSample>> read) : IterableDataset<TSample>
{
    public override int ShardCount => shards;

    public override IEnumerable<TSample> Read(Shard shard) => read(shard);
}
