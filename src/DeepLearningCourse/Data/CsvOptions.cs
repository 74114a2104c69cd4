using static TorchSharp.torch;

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

    /// <summary>
    /// The encoding of the file, as <c>windows-1252</c>, which Excel writes for Spanish, or <c>iso-8859-1</c>; null for UTF-8, or UTF-16 and UTF-32 if the file begins with
    /// their mark. Bytes that are not of the encoding are refused with their place.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>
    /// The dtype of the table's numbers, Float32 or Float64. Whole numbers from 16,777,216 on, such as dates (19580329), codes and times in seconds, are not all in
    /// float32: one that would be rounded is refused. Float64 has them up to 9,007,199,254,740,992: read the table with it, scale or take apart the column, and give the
    /// network <c>X.to(float32)</c>.
    /// </summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;
}
