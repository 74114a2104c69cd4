namespace DeepLearningCourse.Data;

/// <summary>A dataset over a list.</summary>
internal sealed class ListDataset<TSample>(IReadOnlyList<TSample> samples) : Dataset<TSample>
{
    public override long Count => samples.Count;

    public override TSample this[long index] => index >= 0 && index < samples.Count
        ? samples[(int)index]
        : throw new ArgumentOutOfRangeException(nameof(index), $"There is no sample {index}: the list has {samples.Count}, numbered from 0 to {samples.Count - 1}.");
}
