using DeepLearningCourse.Data;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>The row groups of one or more files, and the columns chosen from them.</summary>
internal sealed class ParquetSource
{
    private readonly MissingValue missing;
    private readonly bool roundWholeNumbers;
    private readonly List<(string Path, int Group, int Rows)> groups = [];

    public ParquetSource(IReadOnlyList<string> paths, string target, IReadOnlyList<string>? features, MissingValue? missing, bool roundWholeNumbers)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        this.missing = Supported(missing ?? MissingValue.Refuse);
        this.roundWholeNumbers = roundWholeNumbers;
        Paths = paths;
        Target = target;

        foreach (var path in paths)
        {
            using var file = new ParquetFile(path);
            Features ??= features is null ? [.. file.Columns.Numbers.Where(name => name != target)] : [.. features];
            Require(file);
            groups.AddRange(Enumerable.Range(0, file.RowGroupCount).Select(group => (path, group, file.RowCount(group))));
        }

        RowCount = groups.Sum(group => (long)group.Rows);

        if (RowCount == 0)
        {
            throw new InvalidDataException($"{string.Join(", ", paths)}: there are no rows. Is it the right file, and was it written whole?");
        }
    }

    public IReadOnlyList<string> Paths { get; }

    public IReadOnlyList<string> Features { get; } = null!;

    public string Target { get; }

    public int GroupCount => groups.Count;

    public long RowCount { get; }

    public RowGroupRows<float> ReadNumbers(int group) => Read(group, reader => reader.ReadNumbers(Features, Target));

    public RowGroupRows<long> ReadClasses(int group) => Read(group, reader => reader.ReadClasses(Features, Target));

    /// <summary>Which group a shard stands for.</summary>
    public int GroupOf(Shard shard)
    {
        ArgumentNullException.ThrowIfNull(shard);

        return shard.Count == groups.Count && shard.Index >= 0 && shard.Index < groups.Count
            ? shard.Index
            : throw new ArgumentException($"There is no shard {shard.Index} of {shard.Count}: the files have {groups.Count} row groups, and each is one shard.");
    }

    // The file is closed again before the first row is used.
    private RowGroupRows<TTarget> Read<TTarget>(int index, Func<RowGroupReader, RowGroupRows<TTarget>> read)
    {
        var (path, group, rows) = groups[index];
        using var file = new ParquetFile(path);

        return group < file.RowGroupCount && file.RowCount(group) == rows
            ? read(new RowGroupReader(file, group, missing, roundWholeNumbers))
            : throw new InvalidDataException($"{path} was changed after it was opened: its row group {group} had {rows} rows. Open it again.");
    }

    // A mean of all rows would need all rows.
    private static MissingValue Supported(MissingValue missing) => missing.Kind switch
    {
        MissingValueKind.Refuse or MissingValueKind.DropRow => missing,
        MissingValueKind.Constant when float.IsFinite((float)missing.ConstantValue) => missing,
        MissingValueKind.Constant => throw new ArgumentException(
            $"Missing features would become {missing.ConstantValue}. Fill them with a finite float32 number, such as 0 or the column's mean.", nameof(missing)),
        _ => throw new ArgumentException(
            $"MissingValue.{missing} needs all rows before the first one, and rows of Parquet files come one row group at a time. " +
            "Compute the number from the training rows and give it as MissingValue.Constant(number), or leave such rows out with MissingValue.DropRow.", nameof(missing)),
    };

    private void Require(ParquetFile file)
    {
        if (Features.Count == 0)
        {
            throw new ArgumentException($"{file.Path} would give no features: it has no other column of numbers than '{Target}', or the list of features is empty.");
        }

        foreach (var name in Features.Prepend(Target))
        {
            _ = file.Columns[name];
        }
    }
}
