namespace DeepLearningCourse.Parquet.Format;

/// <summary>
/// The metadata of a Parquet file, as <see href="https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift">
/// parquet.thrift</see> defines it.
/// </summary>
/// <remarks>
/// Parquet.Net believes what it reads: a field of another type than defined, or metadata cut short, sends its reader in
/// circles. So each structure is compared with the definition before Parquet.Net sees it.
/// </remarks>
internal static class MetadataDefinition
{
    // One structure a line: the field's number and its type; a list in brackets. Enumerations are i32.
    private const string Text = """
        FileMetaData          1:i32 2:[SchemaElement] 3:i64 4:[RowGroup] 5:[KeyValue] 6:binary 7:[ColumnOrder] 8:EncryptionAlgorithm 9:binary
        SchemaElement         1:i32 2:i32 3:i32 4:binary 5:i32 6:i32 7:i32 8:i32 9:i32 10:LogicalType
        LogicalType           1:Empty 2:Empty 3:Empty 4:Empty 5:DecimalType 6:Empty 7:TimeType 8:TimeType 10:IntType 11:Empty 12:Empty 13:Empty 14:Empty 15:Empty 16:VariantType 17:GeometryType 18:GeographyType
        Empty
        DecimalType           1:i32 2:i32
        TimeType              1:bool 2:TimeUnit
        TimeUnit              1:Empty 2:Empty 3:Empty
        IntType               1:byte 2:bool
        VariantType           1:byte
        GeometryType          1:binary
        GeographyType         1:binary 2:i32
        KeyValue              1:binary 2:binary
        ColumnOrder           1:Empty
        EncryptionAlgorithm   1:AesAlgorithm 2:AesAlgorithm
        AesAlgorithm          1:binary 2:binary 3:bool
        RowGroup              1:[ColumnChunk] 2:i64 3:i64 4:[SortingColumn] 5:i64 6:i64 7:i16
        SortingColumn         1:i32 2:bool 3:bool
        ColumnChunk           1:binary 2:i64 3:ColumnMetaData 4:i64 5:i32 6:i64 7:i32 8:ColumnCryptoMetaData 9:binary
        ColumnCryptoMetaData  1:Empty 2:ColumnKey
        ColumnKey             1:[binary] 2:binary
        ColumnMetaData        1:i32 2:[i32] 3:[binary] 4:i32 5:i64 6:i64 7:i64 8:[KeyValue] 9:i64 10:i64 11:i64 12:Statistics 13:[PageEncodingStats] 14:i64 15:i32 16:SizeStatistics 17:GeospatialStatistics
        Statistics            1:binary 2:binary 3:i64 4:i64 5:binary 6:binary 7:bool 8:bool
        PageEncodingStats     1:i32 2:i32 3:i32
        SizeStatistics        1:i64 2:[i64] 3:[i64]
        GeospatialStatistics  1:BoundingBox 2:[i32]
        BoundingBox           1:double 2:double 3:double 4:double 5:double 6:double 7:double 8:double
        PageHeader            1:i32 2:i32 3:i32 4:i32 5:DataPageHeader 6:Empty 7:DictionaryPageHeader 8:DataPageHeaderV2
        DataPageHeader        1:i32 2:i32 3:i32 4:i32 5:Statistics
        DictionaryPageHeader  1:i32 2:i32 3:bool
        DataPageHeaderV2      1:i32 2:i32 3:i32 4:i32 5:i32 6:i32 7:bool 8:Statistics
        """;

    private static readonly Dictionary<string, ThriftStruct> Structs = Parse();

    /// <summary>The metadata of the whole file, in its footer.</summary>
    public static ThriftStruct Footer => Structs["FileMetaData"];

    /// <summary>What stands before each page.</summary>
    public static ThriftStruct PageHeader => Structs["PageHeader"];

    private static Dictionary<string, ThriftStruct> Parse()
    {
        var lines = Text.Split('\n').Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToList();
        var structs = lines.ToDictionary(line => line[0], line => new ThriftStruct(line[0]));

        foreach (var line in lines)
        {
            foreach (var field in line.Skip(1).Select(field => field.Split(':')))
            {
                structs[line[0]].Fields.Add(int.Parse(field[0], System.Globalization.CultureInfo.InvariantCulture), Field(field[1], structs));
            }
        }

        return structs;
    }

    private static ThriftField Field(string type, Dictionary<string, ThriftStruct> structs)
    {
        var element = type.Trim('[', ']');
        var thrift = element switch
        {
            "bool" => ThriftType.True,
            "byte" => ThriftType.Byte,
            "i16" => ThriftType.I16,
            "i32" => ThriftType.I32,
            "i64" => ThriftType.I64,
            "double" => ThriftType.Double,
            "binary" => ThriftType.Binary,
            _ => ThriftType.Struct,
        };
        return new ThriftField(thrift, type.StartsWith('['), thrift == ThriftType.Struct ? structs[element] : null);
    }
}
