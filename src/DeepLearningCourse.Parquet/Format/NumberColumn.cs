using Parquet.Meta;
using Parquet.Schema;
using Type = Parquet.Meta.Type;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>A column of numbers or booleans.</summary>
internal abstract class NumberColumn(SchemaElement element)
{
    public string Name => element.Name;

    public SchemaElement Element => element;

    /// <summary>Whether the file has whole numbers there, of which float32 may lack some.</summary>
    public bool HoldsWholes => element.Type is Type.INT32 or Type.INT64 && !NumberColumns.IsDecimal(element);

    /// <summary>The column as Parquet.Net asks for it.</summary>
    public abstract DataField Field { get; }

    /// <summary>The column in a row group, as float32.</summary>
    public abstract ColumnValues<float> ReadSingles(ParquetFile file, int group);

    /// <summary>The column in a row group, as whole numbers.</summary>
    public abstract ColumnValues<Whole> ReadWholes(ParquetFile file, int group);
}
