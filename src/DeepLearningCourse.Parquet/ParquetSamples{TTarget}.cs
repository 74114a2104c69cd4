using DeepLearningCourse.Data;
using DeepLearningCourse.Parquet.Format;

namespace DeepLearningCourse.Parquet;

/// <summary>The rows of Parquet files that need not fit into memory: what <see cref="ParquetRows"/> and <see cref="ParquetClassRows"/> share.</summary>
/// <typeparam name="TTarget">What a target is: float, or long for class numbers.</typeparam>
/// <remarks>
/// <para><see href="https://parquet.apache.org/docs/file-format/">Parquet</see> files come in row groups. Each row group is a
/// shard of the stream: a worker has the chosen columns of one row group in memory at a time, and columns that are not chosen
/// are never read. A file with a single large row group has to be written again, with smaller ones, for several workers.</para>
/// <para>Columns of whole numbers, floating-point numbers, decimals and booleans of any width become float32. A value that is
/// missing (null or NaN) is an error unless <see cref="MissingValue"/> says otherwise; one that is infinite in float32 always is.
/// A file is opened for each of its row groups and closed before the first row comes.</para>
/// </remarks>
public abstract class ParquetSamples<TTarget> : IterableDataset<(float[] features, TTarget target)>
{
    private protected ParquetSamples(ParquetSource source) => Source = source;

    /// <summary>The names of the features, in the order they have in each sample.</summary>
    public IReadOnlyList<string> FeatureNames => Source.Features;

    /// <summary>The name of the target.</summary>
    public string TargetName => Source.Target;

    /// <summary>How many rows the files have, with those that <see cref="MissingValue.DropRow"/> leaves out.</summary>
    public long RowCount => Source.RowCount;

    /// <summary>How many row groups the files have together.</summary>
    public override int ShardCount => Source.GroupCount;

    private protected ParquetSource Source { get; }

    /// <summary>Reads one row group.</summary>
    /// <param name="shard">Which one, counted over all files.</param>
    /// <returns>Its rows in their order: features <c>[features]</c> and target.</returns>
    /// <exception cref="ArgumentException">There is no such row group.</exception>
    /// <exception cref="InvalidDataException">
    /// When the first row is asked for: a value is missing or not finite, the file is damaged, or it changed after it was opened.
    /// </exception>
    public override IEnumerable<(float[] features, TTarget target)> Read(Shard shard) => Rows(Source.GroupOf(shard));

    private protected abstract RowGroupRows<TTarget> ReadGroup(int group);

    private IEnumerable<(float[] features, TTarget target)> Rows(int group)
    {
        foreach (var sample in ReadGroup(group).Samples())
        {
            yield return sample;
        }
    }
}
