using DeepLearningCourse.Data;
using DeepLearningCourse.Parquet.Format;
using static TorchSharp.torch;

namespace DeepLearningCourse.Parquet;

/// <summary>A table of numbers read from Parquet files that fit into memory: features X and the target y.</summary>
/// <remarks>
/// It owns its tensors: they live until <see cref="Dispose"/>, whatever DisposeScope it was read in. An
/// <see cref="InMemoryDataset"/> made of them keeps references of its own.
/// </remarks>
/// <example>
/// <code>
/// using var table = ParquetTable.Read("trips.parquet", target: "fare");
/// using var data = new InMemoryDataset(table.X, table.y);
/// </code>
/// </example>
public sealed class ParquetTable : IDisposable
{
    private ParquetTable(Tensor X, Tensor y, ParquetSource source)
    {
        this.X = X;
        this.y = y;
        FeatureNames = source.Features;
        TargetName = source.Target;
    }

    /// <summary>The features, <c>[rows, features]</c>, float32.</summary>
    public Tensor X { get; }

    /// <summary>The target, <c>[rows]</c>: float32, or int64 from <see cref="ReadClasses"/>.</summary>
    public Tensor y { get; }

    /// <summary>The names of X's columns, in their order.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The name of y's column.</summary>
    public string TargetName { get; }

    /// <summary>Reads a file, or the files in a folder, with a number as target.</summary>
    /// <param name="path">A Parquet file, or a folder: then all its files that end in <c>.parquet</c>, in the order of their names.</param>
    /// <param name="target">The name of the column to predict.</param>
    /// <param name="features">The names of the columns to predict from, in the order X shall have; null for all columns of numbers but the target.</param>
    /// <param name="missing">What becomes of missing values: Refuse, which null stands for, DropRow, or Constant, for features only.</param>
    /// <param name="roundWholeNumbers">Whether whole numbers that float32 does not have are rounded: dates and codes become others. False refuses them.</param>
    /// <returns>The table.</returns>
    /// <exception cref="FileNotFoundException">There is no such file, or the folder has none.</exception>
    /// <exception cref="ArgumentException">A file has no column of a name asked for, the column does not hold numbers, or missing is of another kind.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is no Parquet file or a damaged one, a value is missing or not finite, or there are no rows, or too many for one tensor here.
    /// </exception>
    public static ParquetTable Read(string path, string target, IReadOnlyList<string>? features = null, MissingValue? missing = null, bool roundWholeNumbers = false) =>
        Read(new ParquetSource(ParquetPaths.At(path), target, features, missing, roundWholeNumbers), (source, group) => source.ReadNumbers(group), values => tensor(values));

    /// <summary>Reads a file, or the files in a folder, with class numbers as target.</summary>
    /// <param name="path">A Parquet file, or a folder: then all its files that end in <c>.parquet</c>, in the order of their names.</param>
    /// <param name="target">The name of the column with the class numbers, of any type of number.</param>
    /// <param name="features">The names of the columns to predict from, in the order X shall have; null for all columns of numbers but the target.</param>
    /// <param name="missing">What becomes of missing values: Refuse, which null stands for, DropRow, or Constant, for features only.</param>
    /// <param name="roundWholeNumbers">Whether whole numbers that float32 does not have are rounded: dates and codes become others. False refuses them.</param>
    /// <returns>The table; its y is int64.</returns>
    /// <exception cref="FileNotFoundException">There is no such file, or the folder has none.</exception>
    /// <exception cref="ArgumentException">A file has no column of a name asked for, the column does not hold numbers, or missing is of another kind.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is no Parquet file or a damaged one, a value is missing or not finite, a target is not whole, or there are no rows, or too many for one tensor here.
    /// </exception>
    public static ParquetTable ReadClasses(string path, string target, IReadOnlyList<string>? features = null, MissingValue? missing = null, bool roundWholeNumbers = false) =>
        Read(new ParquetSource(ParquetPaths.At(path), target, features, missing, roundWholeNumbers), (source, group) => source.ReadClasses(group), values => tensor(values));

    /// <summary>Writes features and a target to a Parquet file, with snappy compression.</summary>
    /// <param name="path">The file. One that exists is replaced, once the new one is whole.</param>
    /// <param name="X">The features, <c>[rows, features]</c>: float32, float64, int32, int64 or bool.</param>
    /// <param name="y">The target, <c>[rows]</c>, of one of these dtypes.</param>
    /// <param name="featureNames">The names of X's columns.</param>
    /// <param name="targetName">The name of y's column.</param>
    /// <param name="rowsPerGroup">How many rows come in one row group: what a worker of <see cref="ParquetRows"/> has in memory at a time.</param>
    /// <exception cref="ArgumentException">The shapes and names do not fit together, a name comes twice, or Parquet cannot keep a dtype.</exception>
    public static void Write(string path, Tensor X, Tensor y, IReadOnlyList<string> featureNames, string targetName, int rowsPerGroup = 65536)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(X);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(featureNames);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerGroup, 1);
        string[] names = [.. featureNames, targetName];

        if (X.dim() != 2 || y.dim() != 1 || X.shape[0] != y.shape[0] || X.shape[1] != featureNames.Count)
        {
            throw new ArgumentException(
                $"X is [{string.Join(", ", X.shape)}], y is [{string.Join(", ", y.shape)}] and there are {featureNames.Count} names of features. " +
                "X must be [rows, features], y [rows], and each feature needs a name.");
        }

        if (names.Any(string.IsNullOrEmpty) || names.Distinct().Count() < names.Length)
        {
            throw new ArgumentException($"Each column needs a name of its own. The names are {string.Join(", ", names.Select(name => $"'{name}'"))}.");
        }

        using var scope = NewDisposeScope();
        new TableWriter(names, [.. Enumerable.Range(0, featureNames.Count).Select(column => X.select(1, column)), y], rowsPerGroup).Write(path);
    }

    /// <summary>Frees X and y.</summary>
    public void Dispose()
    {
        X.Dispose();
        y.Dispose();
    }

    private static ParquetTable Read<TTarget>(ParquetSource source, Func<ParquetSource, int, RowGroupRows<TTarget>> read, Func<TTarget[], Tensor> toTensor)
    {
        var width = source.Features.Count;

        if (source.RowCount * width > Array.MaxLength)
        {
            throw new InvalidDataException($"{source.Paths[0]}: {source.RowCount} rows of {width} features are too many to read at once. Use ParquetRows, which streams them.");
        }

        var features = new List<float>();
        var targets = new List<TTarget>();

        for (var group = 0; group < source.GroupCount; group++)
        {
            var rows = read(source, group);

            foreach (var row in Enumerable.Range(0, rows.Targets.Length).Where(row => !rows.IsDropped[row]))
            {
                features.AddRange(rows.Features.AsSpan(row * width, width));
                targets.Add(rows.Targets[row]);
            }
        }

        if (targets.Count == 0)
        {
            throw new InvalidDataException($"{source.Paths[0]}: each of the {source.RowCount} rows has a missing value, and MissingValue.DropRow leaves out all of them. Choose fewer features or MissingValue.Constant(value).");
        }

        var X = tensor(features.ToArray(), [targets.Count, width]).DetachFromDisposeScope();
        return new ParquetTable(X, toTensor([.. targets]).DetachFromDisposeScope(), source);
    }
}
