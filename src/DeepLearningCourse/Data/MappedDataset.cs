namespace DeepLearningCourse.Data;

/// <summary>A dataset whose samples are made of another's.</summary>
internal sealed class MappedDataset<TSource, TSample>(Dataset<TSource> source, Func<TSource, SampleRandom, TSample> map) : Dataset<TSample>
{
    public override long Count => source.Count;

    public override TSample this[long index] => map(source[index], SampleRandom.Current);
}
