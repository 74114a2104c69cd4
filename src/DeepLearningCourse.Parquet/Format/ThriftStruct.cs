namespace DeepLearningCourse.Parquet.Format;

/// <summary>A structure of the file format's definition: which fields it has, and of what type each is.</summary>
internal sealed class ThriftStruct(string name)
{
    public string Name => name;

    public Dictionary<int, ThriftField> Fields { get; } = [];
}
