using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>A table of numbers read from a CSV file: features X and the target y.</summary>
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
    private CsvTable(Tensor X, Tensor y, IReadOnlyList<string> featureNames, string targetName)
    {
        this.X = X;
        this.y = y;
        FeatureNames = featureNames;
        TargetName = targetName;
    }

    /// <summary>The features, <c>[rows, features]</c>, float32.</summary>
    public Tensor X { get; }

    /// <summary>The target, <c>[rows]</c>, float32. For class numbers, as CrossEntropyLoss takes them, use <c>y.to(int64)</c>.</summary>
    public Tensor y { get; }

    /// <summary>The names of X's columns, in their order.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The name of y's column.</summary>
    public string TargetName { get; }

    /// <summary>Reads a file with a header and a number in every cell that is used.</summary>
    /// <param name="path">The file, UTF-8; one that ends in <c>.gz</c> is decompressed.</param>
    /// <param name="target">The name of the column to predict.</param>
    /// <param name="features">The names of the columns to predict from, in the order X shall have; null for all but the target.</param>
    /// <param name="delimiter">What separates cells. Decimals always have a point, whatever the system's language.</param>
    /// <returns>The table.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">The file has no column of a name asked for.</exception>
    /// <exception cref="InvalidDataException">The file has no rows, a row of another length than the header, or a cell that is not a finite number.</exception>
    public static CsvTable Read(string path, string target, IReadOnlyList<string>? features = null, char delimiter = ',')
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(target);

        using var rows = new CsvRows(path, delimiter);
        var featureNames = features ?? [.. rows.Header.Where(name => name != target)];
        var featureColumns = featureNames.Select(rows.Column).ToArray();
        var targetColumn = rows.Column(target);
        var xValues = new List<float>();
        var yValues = new List<float>();

        if (featureColumns.Length == 0)
        {
            throw new ArgumentException($"{path} would give no features: '{target}' is its only column, or the list of features is empty.");
        }

        while (rows.Read())
        {
            foreach (var column in featureColumns)
            {
                xValues.Add(rows.Number(column));
            }

            yValues.Add(rows.Number(targetColumn));
        }

        if (yValues.Count == 0)
        {
            throw new InvalidDataException($"{path} has a header and no rows. Is it the right file, and was it saved whole?");
        }

        var X = tensor(xValues.ToArray(), [yValues.Count, featureColumns.Length]).DetachFromDisposeScope();
        var y = tensor(yValues.ToArray()).DetachFromDisposeScope();
        return new CsvTable(X, y, [.. featureNames], target);
    }

    /// <summary>Frees X and y.</summary>
    public void Dispose()
    {
        X.Dispose();
        y.Dispose();
    }
}
