namespace DeepLearningCourse.Parquet.Format;

/// <summary>The rows of a row group in memory, as samples.</summary>
internal sealed class RowGroupRows<TTarget>(float[] features, TTarget[] targets, bool[] isDropped)
{
    /// <summary>The features of all rows, row after row.</summary>
    public float[] Features => features;

    public TTarget[] Targets => targets;

    /// <summary>Rows that are left out.</summary>
    public bool[] IsDropped => isDropped;

    public IEnumerable<(float[] Features, TTarget Target)> Samples()
    {
        var width = targets.Length == 0 ? 0 : features.Length / targets.Length;

        for (var row = 0; row < targets.Length; row++)
        {
            if (!isDropped[row])
            {
                yield return (features.AsSpan(row * width, width).ToArray(), targets[row]);
            }
        }
    }
}
