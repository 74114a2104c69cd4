using DeepLearningCourse.Data;

namespace DeepLearningCourse.Tests.Data;

/// <summary>A dataset written in one line, for tests that need its samples to misbehave.</summary>
internal sealed class DelegateDataset<TSample>(long count, Func<long, TSample> sample) : Dataset<TSample>
{
    public override long Count => count;

    public override TSample this[long index] => sample(index);
}
