using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The members of a tuple or a record, each in a column of its own.</summary>
internal sealed class MemberColumn<TSample, TBatch>(Member<TSample>[] members, Func<object?[], TBatch> make, string place) : Column<TSample, TBatch>
{
    public override void Begin(int capacity)
    {
        foreach (var member in members)
        {
            member.Begin(capacity);
        }
    }

    public override void Add(TSample sample, int row, long index)
    {
        RequireSample(sample, index);

        foreach (var member in members)
        {
            member.Add(sample, row, index);
        }
    }

    public override void AddAll(ReadOnlySpan<TSample> samples, ReadOnlySpan<long> indices)
    {
        if (default(TSample) is null)
        {
            for (var row = 0; row < samples.Length; row++)
            {
                RequireSample(samples[row], indices[row]);
            }
        }

        foreach (var member in members)
        {
            member.AddAll(samples, indices);
        }
    }

    public override TBatch End(int count, DisposeScope scope) =>
        make(Array.ConvertAll(members, member => member.End(count, scope)));

    public override void Abort()
    {
        foreach (var member in members)
        {
            member.Abort();
        }
    }

    private void RequireSample(TSample sample, long index)
    {
        if (sample is null)
        {
            throw TensorChecks.Nothing("a sample", place, index);
        }
    }
}
