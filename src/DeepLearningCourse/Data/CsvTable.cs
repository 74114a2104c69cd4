using System.Numerics;
using DeepLearningCourse.Data.Formats;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>A table read from a CSV file and made numbers: features X and the target y.</summary>
/// <remarks>
/// It owns its tensors: they live until <see cref="Dispose"/>, whatever DisposeScope it was read in. An
/// <see cref="InMemoryDataset"/> made of them keeps references of its own.
/// </remarks>
/// <example>
/// <code>
/// using var table = CsvTable.Read("data/breast_cancer.csv", target: "target");
/// using var data = new InMemoryDataset(table.X, table.y);
/// </code>
/// </example>
public sealed class CsvTable : IDisposable
{
    private readonly Dictionary<string, CsvFit> fits;

    private CsvTable(Tensor X, Tensor y, IReadOnlyList<string> featureNames, string targetName, int rowsDropped, Dictionary<string, CsvFit> fits)
    {
        (this.X, this.y, FeatureNames, TargetName, RowsDropped, this.fits) = (X, y, featureNames, targetName, rowsDropped, fits);
        Classes = fits[targetName].Categories ?? [];
    }

    /// <summary>The features, <c>[rows, features]</c>, float32 or <see cref="CsvOptions.Dtype"/>.</summary>
    public Tensor X { get; }

    /// <summary>
    /// The target, <c>[rows]</c>: of X's dtype, or int64 class numbers, as CrossEntropyLoss takes them, if the target is one of
    /// <see cref="CsvOptions.Categories"/>. Class numbers that stand in the file as numbers are <c>y.to(int64)</c>.
    /// </summary>
    public Tensor y { get; }

    /// <summary>The names of X's columns, in their order; those of a one-hot column are like <c>island=Biscoe</c>.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The name of y's column.</summary>
    public string TargetName { get; }

    /// <summary>The names of the classes by their numbers, if the target is text; empty otherwise.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many rows were left out because of <see cref="MissingValue.DropRow"/>.</summary>
    public int RowsDropped { get; }

    /// <summary>Reads a file with a number in every cell that is used, or what the options make numbers.</summary>
    /// <param name="path">The file, UTF-8 (UTF-16 with its mark) or in <see cref="CsvOptions.Encoding"/>, plain or compressed with gzip.</param>
    /// <param name="target">The name of the column to predict.</param>
    /// <param name="features">The names of the columns to predict from, in the order X shall have; null for all but the target.</param>
    /// <param name="delimiter">What separates cells.</param>
    /// <param name="options">Text columns, missing values, files without a header; null for none of these.</param>
    /// <param name="like">
    /// A table read before, usually the training part: categories get its numbers, and missing values what was filled in there. A category that it
    /// does not have is an error.
    /// </param>
    /// <returns>The table.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">The file has no column of a name asked for, or the options contradict each other or the columns.</exception>
    /// <exception cref="InvalidDataException">
    /// The file has no rows, a row of another length than the header, or a cell that cannot be used: no number, a whole number that <see cref="CsvOptions.Dtype"/> would
    /// round, or bytes of another encoding.
    /// </exception>
    public static CsvTable Read(
        string path, string target, IReadOnlyList<string>? features = null, char delimiter = ',', CsvOptions? options = null, CsvTable? like = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(target);
        options ??= new CsvOptions();
        CsvRows.RequireSense(delimiter, options);
        return Read(Gzip.Open(path, out _), path, target, features, delimiter, options, like);
    }

    /// <summary>The texts of a column in the order of their numbers.</summary>
    /// <param name="column">The name of a column of <see cref="CsvOptions.Categories"/>.</param>
    /// <returns>The texts.</returns>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public IReadOnlyList<string> CategoriesOf(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return fits.GetValueOrDefault(column)?.Categories ?? throw new ArgumentException(
            $"The table has no column of categories '{column}'. It has {Excerpt.Of([.. fits.Where(fit => fit.Value.Categories is not null).Select(fit => fit.Key)])}.");
    }

    /// <summary>Frees X and y.</summary>
    public void Dispose()
    {
        X.Dispose();
        y.Dispose();
    }

    internal static CsvTable Read(
        Stream stream, string path, string target, IReadOnlyList<string>? features, char delimiter, CsvOptions options, CsvTable? like)
    {
        using var rows = new CsvRows(stream, path, delimiter, options);
        var names = features ?? [.. rows.Header.Where(name => name != target)];
        RequireColumns(rows, options);

        if (names.Count == 0)
        {
            throw new ArgumentException($"{path} would give no features: '{target}' is its only column, or the list of features is empty.");
        }

        return options.Dtype == ScalarType.Float64 ? Read<double>(rows, path, target, names, options, like) : Read<float>(rows, path, target, names, options, like);
    }

    private static CsvTable Read<T>(CsvRows rows, string path, string target, IReadOnlyList<string> names, CsvOptions options, CsvTable? like)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        CsvColumn<T>[] columns = [.. names.Select(name => ColumnFor<T>(name, rows, options, like))];
        var targetColumn = TargetFor<T>(target, rows, options, like);
        var (kept, dropped) = ReadRows(rows, columns, targetColumn, path);

        foreach (var column in columns.Append(targetColumn))
        {
            column.Finish(path);
        }

        return new CsvTable(
            Features(columns, kept), Target(targetColumn, kept), [.. columns.SelectMany(column => column.Outputs)], target, dropped,
            columns.Append(targetColumn).ToDictionary(column => column.Name, column => column.Fit));
    }

    private static CsvColumn<T> ColumnFor<T>(string name, CsvRows rows, CsvOptions options, CsvTable? like)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        var missing = options.MissingByColumn.TryGetValue(name, out var own) ? own : options.Missing;
        var fit = FitFor(name, like);

        if (!options.Categories.TryGetValue(name, out var encoding))
        {
            return new CsvNumbers<T>(rows.Column(name), name, missing, fit);
        }

        // What fits numbers cannot hold for text when it is asked of the table as a whole.
        missing = own is null && missing.Kind is MissingValueKind.Mean or MissingValueKind.Median or MissingValueKind.Constant ? MissingValue.MostFrequent : missing;
        return new CsvCategories<T>(rows.Column(name), name, encoding, missing, fit);
    }

    private static CsvColumn<T> TargetFor<T>(string name, CsvRows rows, CsvOptions options, CsvTable? like)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        // An answer that was filled in would be no answer.
        var missing = options.MissingByColumn.TryGetValue(name, out var own) ? own : MissingValue.Refuse;

        if (missing.Kind is not (MissingValueKind.Refuse or MissingValueKind.DropRow))
        {
            throw new ArgumentException($"'{name}' is the target: a missing one cannot be filled in. Use MissingValue.DropRow for it.");
        }

        return options.Categories.TryGetValue(name, out var encoding) switch
        {
            false => new CsvNumbers<T>(rows.Column(name), name, missing, FitFor(name, like)),
            true when encoding == CategoryEncoding.Index => new CsvCategories<T>(rows.Column(name), name, encoding, missing, FitFor(name, like)),
            _ => throw new ArgumentException($"'{name}' is the target: use CategoryEncoding.Index for it, which gives class numbers."),
        };
    }

    private static CsvFit? FitFor(string name, CsvTable? like)
    {
        if (like is null)
        {
            return null;
        }

        return like.fits.TryGetValue(name, out var fit) ? fit : throw new ArgumentException($"The table to read like has no column '{name}'. Read both with the same columns.");
    }

    private static (int Kept, int Dropped) ReadRows<T>(CsvRows rows, CsvColumn<T>[] columns, CsvColumn<T> target, string path)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        CsvColumn<T>[] all = [.. columns, target];
        var (kept, dropped) = (0, 0);

        while (rows.Read())
        {
            if (!Array.TrueForAll(all, column => column.Read(rows)))
            {
                dropped++;
                continue;
            }

            Array.ForEach(all, column => column.Keep());
            kept++;
        }

        return kept > 0
            ? (kept, dropped)
            : throw new InvalidDataException(dropped > 0
                ? $"{path} has {dropped} rows, and each has a missing value for which it is left out."
                : $"{path} has a header and no rows. Is it the right file, and was it saved whole?");
    }

    private static Tensor Features<T>(CsvColumn<T>[] columns, int rows)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        var widths = Array.ConvertAll(columns, column => column.Outputs.Count);
        var width = widths.Sum();
        var values = new T[checked(rows * width)];

        for (var row = 0; row < rows; row++)
        {
            var at = row * width;

            for (var i = 0; i < columns.Length; i++)
            {
                columns[i].Write(row, values.AsSpan(at, widths[i]));
                at += widths[i];
            }
        }

        return ToTensor(values).reshape(rows, width).DetachFromDisposeScope();
    }

    private static Tensor Target<T>(CsvColumn<T> column, int rows)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        var target = column is CsvCategories<T> categories
            ? tensor(Enumerable.Range(0, rows).Select(row => (long)categories.Place(row)).ToArray())
            : ToTensor<T>([.. ((CsvNumbers<T>)column).Values]);
        return target.DetachFromDisposeScope();
    }

    private static Tensor ToTensor<T>(T[] values) => values is double[] wide ? tensor(wide) : tensor((float[])(object)values);

    private static void RequireColumns(CsvRows rows, CsvOptions options)
    {
        foreach (var name in options.Categories.Keys.Concat(options.MissingByColumn.Keys))
        {
            rows.Column(name);
        }
    }
}
