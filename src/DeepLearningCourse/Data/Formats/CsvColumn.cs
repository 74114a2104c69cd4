using System.Numerics;

namespace DeepLearningCourse.Data.Formats;

/// <summary>One column of a CSV file while it is read.</summary>
/// <typeparam name="T">The numbers of the table: float or double.</typeparam>
internal abstract class CsvColumn<T>(int position, string name, MissingValue missing)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    public int Position => position;

    public string Name => name;

    protected MissingValue Missing => missing;

    /// <summary>The columns of X that it becomes.</summary>
    public abstract IReadOnlyList<string> Outputs { get; }

    /// <summary>What the table that another is read like has to know of it.</summary>
    public abstract CsvFit Fit { get; }

    /// <summary>Reads the cell of the row at hand.</summary>
    /// <returns>False if the row is to be left out.</returns>
    public abstract bool Read(CsvRows rows);

    /// <summary>Keeps the cell that was read last; its row stays.</summary>
    public abstract void Keep();

    /// <summary>Once all rows are read: works out what depends on all of them.</summary>
    public abstract void Finish(string path);

    /// <summary>Writes one row of what it becomes.</summary>
    public abstract void Write(int row, Span<T> target);

    /// <summary>Whether a cell that holds nothing is filled later on; false if its row is left out.</summary>
    protected bool MayFill(CsvRows rows) => missing.Kind switch
    {
        MissingValueKind.Refuse => throw rows.BadCell(
            position,
            (rows.Text(position) is { Length: > 0 } text ? $"'{Excerpt.Of(text)}' stands for a missing value" : "the cell is empty") +
            ". Fill in a number, remove the row, or say what shall become of it with CsvOptions.Missing."),
        MissingValueKind.DropRow => false,
        _ => true,
    };
}
