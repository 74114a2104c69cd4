namespace DeepLearningCourse.Parquet.Format;

/// <summary>
/// Goes through bytes of <see href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md">Thrift's compact
/// protocol</see> and holds them against their definition.
/// </summary>
/// <remarks>It allocates nothing by sizes it reads, and cannot recurse deeper than the definition.</remarks>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes, ThriftVisitor? visitor)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads one structure.</summary>
    /// <exception cref="DamagedException">The bytes are not one; says why.</exception>
    public void Read(ThriftStruct definition)
    {
        visitor?.Begin(definition.Name);
        var field = 0;

        while (NextField(ref field) is var type && type != ThriftType.Stop)
        {
            if (definition.Fields.TryGetValue(field, out var defined))
            {
                Known(definition, field, defined, type);
            }
            else
            {
                Skip(type);
            }
        }
    }

    private void Known(ThriftStruct owner, int field, ThriftField defined, ThriftType type)
    {
        Require(defined.IsList ? ThriftType.List : defined.Type, type, owner.Name);

        if (!defined.IsList)
        {
            Value(owner, field, defined, type);
            return;
        }

        for (var left = ListSize(out var elements); left > 0; left--)
        {
            Require(defined.Type, elements, owner.Name);
            Value(owner, field, defined, elements);
        }
    }

    private void Value(ThriftStruct owner, int field, ThriftField defined, ThriftType type)
    {
        if (defined.Struct is { } structure)
        {
            Read(structure);
        }
        else if (type is ThriftType.Double or ThriftType.Binary)
        {
            Skip(type);
        }
        else
        {
            visitor?.Number(owner.Name, field, Number(type));
        }
    }

    private long Number(ThriftType type) => type switch
    {
        ThriftType.True => 1,
        ThriftType.False => 0,
        ThriftType.Byte => (sbyte)Byte(),
        ThriftType.I64 => Zigzag(Varint(10)),
        _ => Zigzag(Varint(5)),
    };

    private ThriftType NextField(ref int field)
    {
        var header = Byte();

        if (header == 0)
        {
            return ThriftType.Stop;
        }

        // Only a byte of zero ends a structure; one that also moves to another field does not end it for Parquet.Net.
        if ((header & 0x0F) == 0)
        {
            throw new DamagedException("it has a field without a type");
        }

        field = header >> 4 is var step && step != 0 ? field + step : (int)Zigzag(Varint(3));
        return field is >= 0 and <= short.MaxValue ? (ThriftType)(header & 0x0F) : throw new DamagedException($"it has a field numbered {field}");
    }

    // A field of a later version of the format. Parquet.Net can skip simple ones and empty structures only.
    private void Skip(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                Take(1);
                break;
            case ThriftType.I16 or ThriftType.I32:
                _ = Varint(5);
                break;
            case ThriftType.I64:
                _ = Varint(10);
                break;
            case ThriftType.Double:
                Take(sizeof(double));
                break;
            case ThriftType.Binary:
                Take(Varint(5));
                break;
            case ThriftType.Struct:
                Require(ThriftType.Stop, (ThriftType)Byte(), "an unknown field");
                break;
            case ThriftType.List:
                SkipList();
                break;
            default:
                throw new DamagedException($"it has a value of type {(int)type}, which the format does not use");
        }
    }

    private void SkipList()
    {
        for (var left = ListSize(out var type); left > 0; left--)
        {
            if (type is ThriftType.True or ThriftType.False or ThriftType.List)
            {
                throw new DamagedException("it has a field that no known version of the format has");
            }

            Skip(type);
        }
    }

    private int ListSize(out ThriftType elements)
    {
        var header = Byte();
        elements = (ThriftType)(header & 0x0F);
        var size = header >> 4 is var small && small != 15 ? (ulong)small : Varint(5);

        // An element takes a byte at least.
        return size <= (ulong)(bytes.Length - Position)
            ? (int)size
            : throw new DamagedException($"it announces a list of {size} elements, {bytes.Length - Position} bytes before its end");
    }

    private ulong Varint(int longest)
    {
        ulong value = 0;

        for (var i = 0; i < longest; i++)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << (7 * i);

            if (next < 0x80)
            {
                return longest == 5 && value > uint.MaxValue ? throw new DamagedException("it has a number of more than 32 bits") : value;
            }
        }

        throw new DamagedException($"it has a number of more than {longest} bytes");
    }

    private byte Byte() => Position < bytes.Length ? bytes[Position++] : throw new DamagedException("it ends in the middle");

    private void Take(ulong count) =>
        Position += count <= (ulong)(bytes.Length - Position) ? (int)count : throw new DamagedException("it ends in the middle");

    private static long Zigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static void Require(ThriftType expected, ThriftType found, string where)
    {
        if (found != expected && !(expected == ThriftType.True && found == ThriftType.False))
        {
            throw new DamagedException($"{where} has a value of type {(int)found} where the format has type {(int)expected}");
        }
    }
}
