using Parquet.Meta;
using Parquet.Schema;

namespace DeepLearningCourse.Parquet.Format;

/// <summary>A column of numbers whose values the file keeps as a type T.</summary>
internal sealed class NumberColumn<T> : NumberColumn
    where T : struct
{
    private readonly Func<T, float> single;
    private readonly Func<T, Whole> whole;

    public NumberColumn(SchemaElement element, Func<T, float> single, Func<T, Whole> whole)
        : base(element)
    {
        this.single = single;
        this.whole = whole;
        Field = new DataField(element.Name, typeof(T), element.RepetitionType != FieldRepetitionType.REQUIRED, isArray: false);
        _ = new ParquetSchema(Field); // Parquet.Net reads fields of a schema only.
    }

    public override DataField Field { get; }

    public override ColumnValues<float> ReadSingles(ParquetFile file, int group) => Read(file, group, single);

    public override ColumnValues<Whole> ReadWholes(ParquetFile file, int group) => Read(file, group, whole);

    private ColumnValues<TResult> Read<TResult>(ParquetFile file, int group, Func<T, TResult> convert)
    {
        var values = file.ReadColumn<T>(this, group, out var levels);
        return new ColumnValues<TResult>(Array.ConvertAll(values, value => convert(value)), levels);
    }
}
