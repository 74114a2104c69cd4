using DeepLearningCourse.Data;
using DeepLearningCourse.Parquet.Format;

namespace DeepLearningCourse.Parquet;

/// <summary>The rows of Parquet files that need not fit into memory, for classification: targets are class numbers, as CrossEntropyLoss takes them.</summary>
/// <remarks>The target column may be of any type of number, and each of its values must be whole.</remarks>
/// <example>
/// <code>
/// var rows = new ParquetClassRows("data/flowers", target: "species", missing: MissingValue.DropRow);
/// var loader = new DataLoader&lt;(Tensor features, Tensor target)&gt;(rows, batchSize: 256, numWorkers: 4);
/// </code>
/// </example>
public sealed class ParquetClassRows : ParquetSamples<long>
{
    /// <summary>Opens a file, or the files in a folder.</summary>
    /// <param name="path">A Parquet file, or a folder: then all its files that end in <c>.parquet</c>, in the order of their names.</param>
    /// <param name="target">The name of the column to predict.</param>
    /// <param name="features">The names of the columns to predict from, in their order; null for all columns of numbers but the target.</param>
    /// <param name="missing">What becomes of missing values: Refuse, which null stands for, DropRow, or Constant, for features only.</param>
    /// <param name="roundWholeNumbers">Whether whole numbers that float32 does not have are rounded: dates and codes become others. False refuses them.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or the folder has none.</exception>
    /// <exception cref="ArgumentException">A file has no column of a name asked for, the column does not hold numbers, or missing is of another kind.</exception>
    /// <exception cref="InvalidDataException">A file is no Parquet file or a damaged one, or there are no rows.</exception>
    public ParquetClassRows(string path, string target, IReadOnlyList<string>? features = null, MissingValue? missing = null, bool roundWholeNumbers = false)
        : base(new ParquetSource(ParquetPaths.At(path), target, features, missing, roundWholeNumbers))
    {
    }

    /// <summary>Opens several files with the same columns.</summary>
    /// <param name="paths">The files, in the order their rows shall come.</param>
    /// <param name="target">The name of the column to predict.</param>
    /// <param name="features">The names of the columns to predict from, in their order; null for all columns of numbers of the first file but the target.</param>
    /// <param name="missing">What becomes of missing values: Refuse, which null stands for, DropRow, or Constant, for features only.</param>
    /// <param name="roundWholeNumbers">Whether whole numbers that float32 does not have are rounded: dates and codes become others. False refuses them.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">A file has no column of a name asked for, the column does not hold numbers, or missing is of another kind.</exception>
    /// <exception cref="InvalidDataException">A file is no Parquet file or a damaged one, or there are no rows.</exception>
    public ParquetClassRows(IReadOnlyList<string> paths, string target, IReadOnlyList<string>? features = null, MissingValue? missing = null, bool roundWholeNumbers = false)
        : base(new ParquetSource(ParquetPaths.Of(paths), target, features, missing, roundWholeNumbers))
    {
    }

    private protected override RowGroupRows<long> ReadGroup(int group) => Source.ReadClasses(group);
}
