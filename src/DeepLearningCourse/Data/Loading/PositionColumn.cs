using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Lists of the same length are put together position by position.</summary>
internal sealed class PositionColumn<TItem, TBatch>(Func<int, Column<TItem, TBatch>> columnAt, string place)
    : Column<IReadOnlyList<TItem>, TBatch[]>
{
    private readonly List<Column<TItem, TBatch>> columns = [];
    private int capacity;
    private int length;
    private long firstIndex;

    public override void Begin(int capacity)
    {
        this.capacity = capacity;
        Abort();
    }

    public override void Add(IReadOnlyList<TItem> sample, int row, long index)
    {
        if (sample is null)
        {
            throw TensorChecks.Nothing("a list", place, index);
        }

        if (row == 0)
        {
            Open(sample.Count, index);
        }
        else if (sample.Count != length)
        {
            throw new DataLoaderException(
                $"Sample {index} has {sample.Count} items{place} and sample {firstIndex}, the first of its batch, has {length}: a batch puts lists " +
                "of one length together. Make them as long in the dataset, or give the loader a collate function.", index);
        }

        for (var i = 0; i < length; i++)
        {
            columns[i].Add(sample[i], row, index);
        }
    }

    public override TBatch[] End(int count, DisposeScope scope)
    {
        var batch = new TBatch[length];

        for (var i = 0; i < length; i++)
        {
            batch[i] = columns[i].End(count, scope);
        }

        return batch;
    }

    public override void Abort() => columns.ForEach(column => column.Abort());

    private void Open(int items, long index)
    {
        length = items;
        firstIndex = index;

        while (columns.Count < length)
        {
            columns.Add(columnAt(columns.Count));
        }

        for (var i = 0; i < length; i++)
        {
            columns[i].Begin(capacity);
        }
    }
}
