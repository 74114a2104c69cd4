namespace DeepLearningCourse.Parquet.Format;

/// <summary>What stands before a page, as the file claims it.</summary>
internal sealed class PageHeader : ThriftVisitor
{
    public const long DataPage = 0;
    public const long DictionaryPage = 2;
    public const long DataPageV2 = 3;

    public long Type { get; private set; } = -1;

    public long UncompressedSize { get; private set; } = -1;

    public long CompressedSize { get; private set; } = -1;

    public long? Checksum { get; private set; }

    public long Values { get; private set; } = -1;

    public long Nulls { get; private set; }

    public long Encoding { get; private set; } = -1;

    public long DefinitionLevelEncoding { get; private set; } = -1;

    public long DefinitionLevelBytes { get; private set; }

    public long RepetitionLevelBytes { get; private set; }

    /// <summary>Whether the values are compressed, if the column is.</summary>
    public bool IsCompressed { get; private set; } = true;

    /// <summary>The kind of data page or dictionary that the header describes: the type must agree with it.</summary>
    public long Described { get; private set; } = -1;

    public override void Begin(string structure) => Described = structure switch
    {
        "DataPageHeader" => DataPage,
        "DictionaryPageHeader" => DictionaryPage,
        "DataPageHeaderV2" => DataPageV2,
        _ => Described,
    };

    public override void Number(string structure, int field, long value)
    {
        switch (structure, field)
        {
            case ("PageHeader", 1): Type = value; break;
            case ("PageHeader", 2): UncompressedSize = value; break;
            case ("PageHeader", 3): CompressedSize = value; break;
            case ("PageHeader", 4): Checksum = value; break;
            case ("DataPageHeader" or "DictionaryPageHeader" or "DataPageHeaderV2", 1): Values = value; break;
            case ("DataPageHeader" or "DictionaryPageHeader", 2): Encoding = value; break;
            case ("DataPageHeader", 3): DefinitionLevelEncoding = value; break;
            case ("DataPageHeaderV2", 2): Nulls = value; break;
            case ("DataPageHeaderV2", 4): Encoding = value; break;
            case ("DataPageHeaderV2", 5): DefinitionLevelBytes = value; break;
            case ("DataPageHeaderV2", 6): RepetitionLevelBytes = value; break;
            case ("DataPageHeaderV2", 7): IsCompressed = value == 1; break;
            default: break;
        }
    }
}
