using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The user's own way of putting samples together.</summary>
internal sealed class CollateColumn<TSample, TBatch>(Func<IReadOnlyList<TSample>, TBatch> collate) : Column<TSample, TBatch>
{
    private readonly List<TSample> samples = [];
    private long firstIndex;

    public override bool CopiesSamples => false;

    public override void Begin(int capacity) => samples.Clear();

    public override void Add(TSample sample, int row, long index)
    {
        if (sample is null)
        {
            throw TensorChecks.Nothing("a sample", "", index);
        }

        firstIndex = row == 0 ? index : firstIndex;
        samples.Add(sample);
    }

    public override TBatch End(int count, DisposeScope scope)
    {
        try
        {
            return collate(samples) ?? throw new DataLoaderException("The collate function gave null in place of a batch.", firstIndex);
        }
        catch (Exception exception) when (exception is not DataLoaderException)
        {
            throw new DataLoaderException(
                $"The collate function failed on the batch that begins with sample {firstIndex}. {exception.GetType().Name}: " +
                $"{exception.Message.Split('\n', 2)[0].TrimEnd().TrimEnd('.')}. InnerException has the line that failed.", firstIndex, exception);
        }
    }

    public override void Abort() => samples.Clear();
}
