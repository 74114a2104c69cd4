namespace DeepLearningCourse.Data;

/// <summary>How a CSV file is to be understood, where it is more than a header and numbers.</summary>
/// <example>
/// <code>
/// using var table = CsvTable.Read("penguins.csv", target: "species", options: new CsvOptions
/// {
///     Categories = { ["species"] = CategoryEncoding.Index, ["island"] = CategoryEncoding.OneHot, ["sex"] = CategoryEncoding.OneHot },
///     Missing = MissingValue.Mean,
///     MissingByColumn = { ["sex"] = MissingValue.DropRow },
/// });
/// </code>
/// </example>
public sealed class CsvOptions
{
    /// <summary>Whether the first line has the names of the columns. Without it they are named 0, 1, 2... unless <see cref="ColumnNames"/> says otherwise.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The names of all columns of a file without a header; null for 0, 1, 2...</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }

    /// <summary>The columns of text, and what numbers they become.</summary>
    public IDictionary<string, CategoryEncoding> Categories { get; init; } = new Dictionary<string, CategoryEncoding>();

    /// <summary>What becomes of cells that hold nothing.</summary>
    public MissingValue Missing { get; init; } = MissingValue.Refuse;

    /// <summary>The same for single columns.</summary>
    public IDictionary<string, MissingValue> MissingByColumn { get; init; } = new Dictionary<string, MissingValue>();

    /// <summary>What counts as nothing, besides an empty cell.</summary>
    public IReadOnlyList<string> MissingTexts { get; init; } = ["NA", "N/A", "NaN", "nan", "null", "NULL", "?"];

    /// <summary>Whether decimals have a comma, as in <c>3,14</c>; the delimiter is then usually a semicolon.</summary>
    public bool DecimalComma { get; init; }
}
