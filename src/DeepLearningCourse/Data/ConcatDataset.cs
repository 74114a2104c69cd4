namespace DeepLearningCourse.Data;

/// <summary>Datasets end to end, as <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.ConcatDataset">torch.utils.data.ConcatDataset</see>.</summary>
internal sealed class ConcatDataset<TSample> : Dataset<TSample>
{
    private readonly Dataset<TSample>[] parts;
    private readonly long[] ends;

    public ConcatDataset(IEnumerable<Dataset<TSample>> datasets)
    {
        parts = [.. datasets];
        ends = new long[parts.Length];

        for (var i = 0; i < parts.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(parts[i], nameof(datasets));
            ends[i] = (i == 0 ? 0 : ends[i - 1]) + parts[i].Count;
        }
    }

    public override long Count => ends[^1];

    public override TSample this[long index]
    {
        get
        {
            if ((ulong)index >= (ulong)Count)
            {
                throw new ArgumentOutOfRangeException(nameof(index), $"There is no sample {index}: the datasets together have {Count}, numbered from 0 to {Count - 1}.");
            }

            // The first part whose end lies above the index; parts without samples end where they begin.
            var part = Array.FindIndex(ends, end => index < end);
            return parts[part][index - (part == 0 ? 0 : ends[part - 1])];
        }
    }
}
