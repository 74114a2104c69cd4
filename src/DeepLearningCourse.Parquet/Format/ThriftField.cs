namespace DeepLearningCourse.Parquet.Format;

/// <summary>The type of a field, or of the elements of a list.</summary>
internal sealed record ThriftField(ThriftType Type, bool IsList, ThriftStruct? Struct);
