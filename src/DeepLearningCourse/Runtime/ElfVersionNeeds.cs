using System.Buffers.Binary;
using System.Text;

namespace DeepLearningCourse.Runtime;

/// <summary>
/// The symbol versions that a 64-bit ELF library asks of other libraries, and how to make a request optional.
/// </summary>
/// <remarks>Layout: <see href="https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html">
/// LSB, symbol versioning</see>. Every offset is checked against the file, so a damaged one gives an exception, never a
/// wrong answer from other bytes.</remarks>
internal sealed class ElfVersionNeeds
{
    // SHT_DYNSYM, SHT_GNU_verneed and SHT_GNU_versym of the ELF section types.
    private const uint DynamicSymbols = 11;
    private const uint VersionNeeds = 0x6ffffffe;
    private const uint VersionsOfSymbols = 0x6fffffff;

    // VER_FLG_WEAK: the loader only notes that the version is missing.
    private const ushort Weak = 2;
    // A library asks for some dozens; a damaged chain of entries could go on for billions.
    private const int MostNeeds = 10_000;
    private const int SectionSize = 64;
    private const int SymbolSize = 24;

    private readonly byte[] file;
    private readonly List<Section> sections;

    /// <exception cref="InvalidDataException">It is no 64-bit little-endian ELF file, or a damaged one.</exception>
    public ElfVersionNeeds(byte[] file)
    {
        this.file = file;
        if (file.Length < SectionSize || !file.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
        {
            throw new InvalidDataException("it is not an ELF library");
        }

        if (file[4] != 2 || file[5] != 1)
        {
            throw new InvalidDataException("it is not a 64-bit little-endian ELF library");
        }

        sections = ReadSections();
        Needs = ReadNeeds();
    }

    /// <summary>The versions asked for.</summary>
    public IReadOnlyList<VersionNeed> Needs { get; }

    /// <summary>The names of the symbols that are asked for in a version.</summary>
    public IReadOnlyList<string> SymbolsOf(VersionNeed need)
    {
        var symbols = sections.FirstOrDefault(s => s.Type == DynamicSymbols);
        var versions = sections.FirstOrDefault(s => s.Type == VersionsOfSymbols);
        if (symbols is null || versions is null)
        {
            return [];
        }

        var names = SectionAt(symbols.Link);
        List<string> found = [];
        for (long i = 0; i < versions.Size / 2; i++)
        {
            if ((U16(versions.Offset + (i * 2)) & 0x7fff) == need.Index)
            {
                found.Add(Text(names, U32(symbols.Offset + (i * SymbolSize))));
            }
        }

        return found;
    }

    /// <summary>A copy of the library to which a version is optional.</summary>
    public byte[] WithOptional(IEnumerable<VersionNeed> needs)
    {
        var copy = (byte[])file.Clone();
        foreach (var need in needs)
        {
            var flags = copy.AsSpan(checked((int)need.FlagsOffset), sizeof(ushort));
            BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
        }

        return copy;
    }

    private List<Section> ReadSections()
    {
        var start = checked((long)U64(0x28));
        var count = U16(0x3c);
        List<Section> read = new(count);
        for (var i = 0; i < count; i++)
        {
            var at = checked(start + (i * (long)SectionSize));
            read.Add(new Section(U32(at + 4), checked((long)U64(at + 0x18)), checked((long)U64(at + 0x20)), U32(at + 0x28)));
        }

        return read;
    }

    private List<VersionNeed> ReadNeeds()
    {
        List<VersionNeed> needs = [];
        if (sections.FirstOrDefault(s => s.Type == VersionNeeds) is not { } section)
        {
            return needs;
        }

        var names = SectionAt(section.Link);
        long at = section.Offset, next;
        do
        {
            var library = Text(names, U32(at + 4));
            ReadVersions(at + U32(at + 8), U16(at + 2), library, names, needs);
            next = U32(at + 12);
            at += next;
        }
        while (next != 0);
        return needs;
    }

    private void ReadVersions(long at, int count, string library, Section names, List<VersionNeed> needs)
    {
        for (var i = 0; i < count; i++)
        {
            if (needs.Count == MostNeeds)
            {
                throw Damaged();
            }

            needs.Add(new VersionNeed(library, Text(names, U32(at + 8)), (U16(at + 4) & Weak) != 0, U16(at + 6), at + 4));
            at += U32(at + 12);
        }
    }

    private Section SectionAt(uint index) =>
        index < sections.Count ? sections[(int)index] : throw Damaged();

    private string Text(Section names, uint offset)
    {
        var start = checked(names.Offset + offset);
        if (start < 0 || start >= file.Length)
        {
            throw Damaged();
        }

        var rest = file.AsSpan((int)start);
        var end = rest.IndexOf((byte)0);
        return end < 0 ? throw Damaged() : Encoding.UTF8.GetString(rest[..end]);
    }

    private ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(at, sizeof(ushort)));

    private uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(at, sizeof(uint)));

    private ulong U64(long at)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(Bytes(at, sizeof(ulong)));
        return value <= int.MaxValue ? value : throw Damaged();
    }

    private ReadOnlySpan<byte> Bytes(long at, int length) =>
        at >= 0 && at <= file.Length - length ? file.AsSpan((int)at, length) : throw Damaged();

    private static InvalidDataException Damaged() => new("it is a damaged ELF library");

    private sealed record Section(uint Type, long Offset, long Size, uint Link);
}

/// <summary>A version that a library asks of another, for instance GLIBCXX_3.4.32 of libstdc++.so.6.</summary>
internal sealed record VersionNeed(string Library, string Version, bool IsOptional, ushort Index, long FlagsOffset);
