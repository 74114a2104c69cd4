namespace DeepLearningCourse.Parquet.Format;

/// <summary>The types of Thrift's compact protocol, by their numbers in the file.</summary>
internal enum ThriftType
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Struct = 12,
}
