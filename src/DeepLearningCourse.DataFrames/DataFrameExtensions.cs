using DeepLearningCourse.Data;
using Microsoft.Data.Analysis;
using static TorchSharp.torch;

namespace DeepLearningCourse.DataFrames;

/// <summary>Data frames as tensors and data sets, and back.</summary>
/// <remarks>
/// See <see href="https://learn.microsoft.com/dotnet/machine-learning/how-to-guides/getting-started-dataframe">Microsoft.Data.Analysis</see>. A frame's gaps
/// are refused with their place: fill them first, with <c>column.FillNulls(...)</c> or <c>frame.DropNulls()</c>.
/// </remarks>
public static class DataFrameExtensions
{
    /// <summary>Copies columns of numbers into a table.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="columns">The names of the columns, in the order they shall have; null for all.</param>
    /// <returns>A new tensor <c>[rows, columns]</c>, float32; true and false become 1 and 0.</returns>
    /// <exception cref="ArgumentException">The frame has no such column, or one holds something else than numbers, or a gap.</exception>
    public static Tensor ToTensor(this DataFrame frame, IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        DataFrameColumn[] chosen = [.. columns?.Select(name => Column(frame, name)) ?? frame.Columns];
        var values = new float[checked(frame.Rows.Count * chosen.Length)];

        for (var c = 0; c < chosen.Length; c++)
        {
            for (long row = 0; row < chosen[c].Length; row++)
            {
                values[(row * chosen.Length) + c] = ColumnValues.Number<float>(chosen[c], row);
            }
        }

        return tensor(values, [frame.Rows.Count, chosen.Length]);
    }

    /// <summary>Copies a column of numbers.</summary>
    /// <param name="column">The column.</param>
    /// <returns>A new tensor <c>[rows]</c> of the column's own dtype; unsigned numbers and decimals get the next type that holds them.</returns>
    /// <exception cref="ArgumentException">The column holds something else than numbers, or a gap.</exception>
    public static Tensor ToTensor(this DataFrameColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return ColumnValues.ToTensor(column);
    }

    /// <summary>Copies features and a target into a data set.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="target">The name of the column to predict: numbers, or texts, which become class numbers.</param>
    /// <param name="features">The names of the columns to predict from; null for all but the target.</param>
    /// <param name="classes">
    /// Numbers the texts of the target. It is fitted here if it was not yet, and then knows the names: give the same one for the test data.
    /// </param>
    /// <returns>
    /// Features <c>[rows, features]</c>, float32, and targets <c>[rows]</c>: int64 for texts and whole numbers, as CrossEntropyLoss takes them,
    /// float32 for others. The caller disposes it.
    /// </returns>
    /// <exception cref="ArgumentException">The frame has no such column, or one holds a gap or what cannot be used, or a class that is not known.</exception>
    public static InMemoryDataset ToDataset(this DataFrame frame, string target, IReadOnlyList<string>? features = null, LabelEncoder? classes = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentException.ThrowIfNullOrEmpty(target);
        var targetColumn = Column(frame, target);
        using var scope = NewDisposeScope();
        var X = frame.ToTensor(features ?? [.. frame.Columns.Select(column => column.Name).Where(name => name != target)]);
        return new InMemoryDataset(X, Target(targetColumn, classes ?? new LabelEncoder()));
    }

    /// <summary>Copies a table into a frame.</summary>
    /// <param name="table"><c>[rows, columns]</c>, any real dtype.</param>
    /// <param name="names">The names of the columns; null for 0, 1, 2...</param>
    /// <returns>A frame with columns of double.</returns>
    /// <exception cref="ArgumentException">table is not [rows, columns], or there is not a name for each column.</exception>
    public static DataFrame ToDataFrame(this Tensor table, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(table);

        if (table.dim() != 2 || (names is not null && names.Count != table.shape[1]))
        {
            throw new ArgumentException(
                $"table is [{string.Join(", ", table.shape)}] and there are {names?.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} names: " +
                "it must be [rows, columns], with a name for each column or none.");
        }

        using var scope = NewDisposeScope();
        var values = table.numel() == 0 ? [] : table.detach().to(float64, CPU).contiguous().data<double>().ToArray();
        var columns = (int)table.shape[1];
        return new DataFrame(Enumerable.Range(0, columns).Select(c => new DoubleDataFrameColumn(
            names?[c] ?? c.ToString(System.Globalization.CultureInfo.InvariantCulture), Enumerable.Range(0, (int)table.shape[0]).Select(row => values[(row * columns) + c]))));
    }

    private static Tensor Target(DataFrameColumn column, LabelEncoder classes)
    {
        if (column is not StringDataFrameColumn texts)
        {
            var numbers = column.ToTensor();
            return numbers.to(numbers.is_floating_point() ? float32 : int64);
        }

        string[] labels = [.. Enumerable.Range(0, (int)texts.Length).Select(row => ColumnValues.Text(texts, row))];
        return (classes.IsFitted ? classes : classes.Fit(labels)).Transform(labels);
    }

    private static DataFrameColumn Column(DataFrame frame, string name)
    {
        var place = frame.Columns.IndexOf(name);
        return place >= 0 ? frame.Columns[place] : throw new ArgumentException(
            $"The frame has no column '{name}'. Its columns are {string.Join(", ", frame.Columns.Select(column => $"'{column.Name}'"))}.");
    }
}
