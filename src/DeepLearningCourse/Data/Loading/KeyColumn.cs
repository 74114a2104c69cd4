using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Dictionaries with the same keys are put together key by key.</summary>
internal sealed class KeyColumn<TKey, TItem, TBatch>(Func<TKey, Column<TItem, TBatch>> columnAt, string place)
    : Column<IReadOnlyDictionary<TKey, TItem>, Dictionary<TKey, TBatch>>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Column<TItem, TBatch>> columns = [];
    private int capacity;
    private TKey[] keys = [];
    private long firstIndex;

    public override void Begin(int capacity)
    {
        this.capacity = capacity;
        Abort();
    }

    public override void Add(IReadOnlyDictionary<TKey, TItem> sample, int row, long index)
    {
        if (sample is null)
        {
            throw TensorChecks.Nothing("a dictionary", place, index);
        }

        if (row == 0)
        {
            Open(sample.Keys, index);
        }

        if (sample.Count != keys.Length || !keys.All(sample.ContainsKey))
        {
            throw new DataLoaderException(
                $"Sample {index} has the keys {Text(sample.Keys)}{place} and sample {firstIndex}, the first of its batch, has {Text(keys)}: a batch " +
                "puts dictionaries with the same keys together.", index);
        }

        foreach (var key in keys)
        {
            columns[key].Add(sample[key], row, index);
        }
    }

    public override Dictionary<TKey, TBatch> End(int count, DisposeScope scope) =>
        keys.ToDictionary(key => key, key => columns[key].End(count, scope));

    public override void Abort()
    {
        foreach (var column in columns.Values)
        {
            column.Abort();
        }
    }

    private void Open(IEnumerable<TKey> all, long index)
    {
        keys = [.. all];
        firstIndex = index;

        foreach (var key in keys)
        {
            if (!columns.TryGetValue(key, out var column))
            {
                columns.Add(key, column = columnAt(key));
            }

            column.Begin(capacity);
        }
    }

    private static string Text(IEnumerable<TKey> keys) => string.Join(", ", keys.Select(key => $"'{key}'"));
}
