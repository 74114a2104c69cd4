using Parquet.Meta;
using Type = Parquet.Meta.Type;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>The columns of a file, by name.</summary>
internal sealed class ColumnList
{
    private readonly string path;
    private readonly List<SchemaElement> elements = [];

    public ColumnList(string path, List<SchemaElement> schema)
    {
        this.path = path;

        // After the root, each column; the parts of a nested column come after it, and are not columns themselves.
        for (var i = 1; i < schema.Count; i += Size(schema, i))
        {
            elements.Add(schema[i]);
        }
    }

    /// <summary>The names of the columns of numbers.</summary>
    public IEnumerable<string> Numbers => elements.Where(element => NumberColumns.From(element) is not null).Select(element => element.Name);

    /// <summary>The column of a name.</summary>
    /// <exception cref="ArgumentException">There is none or more than one, or it holds no numbers.</exception>
    public NumberColumn this[string name]
    {
        get
        {
            var found = elements.Where(element => element.Name == name).ToList();

            return found.Count switch
            {
                1 => Number(found[0]),
                0 => throw new ArgumentException($"{path} has no column '{name}'. Its columns are {Names()}."),
                _ => throw new ArgumentException($"{path} has {found.Count} columns named '{name}'. Rename them, so that each name is one column."),
            };
        }
    }

    private NumberColumn Number(SchemaElement element)
    {
        if (NumberColumns.IsBadDecimal(element))
        {
            throw new InvalidDataException(
                $"{path}, column '{element.Name}': it does not say clearly how many digits come after the decimal point. Write it as double.");
        }

        return NumberColumns.From(element) ?? throw new ArgumentException(
            $"{path}: the column '{element.Name}' holds {Kind(element)}, not numbers. Leave it out, or write it to the file as numbers. " +
            $"The columns of numbers are {string.Join(", ", Numbers.Select(name => $"'{name}'"))}.");
    }

    private string Names() => string.Join(", ", elements.Select(element => $"'{element.Name}'"));

    private static string Kind(SchemaElement element) => element switch
    {
        { NumChildren: > 0 } or { RepetitionType: FieldRepetitionType.REPEATED } => "nested values",
        { LogicalType.STRING: not null } or { ConvertedType: ConvertedType.UTF8 } => "texts",
        { LogicalType.DATE: not null } or { LogicalType.TIMESTAMP: not null } or { LogicalType.TIME: not null } => "dates or times",
        { ConvertedType: >= ConvertedType.DATE and <= ConvertedType.TIMESTAMP_MICROS } or { Type: Type.INT96 } => "dates or times",
        _ => "bytes",
    };

    private static int Size(List<SchemaElement> schema, int index)
    {
        var size = 1;

        for (var left = schema[index].NumChildren ?? 0; left > 0; left--)
        {
            size += Size(schema, index + size);
        }

        return size;
    }
}
