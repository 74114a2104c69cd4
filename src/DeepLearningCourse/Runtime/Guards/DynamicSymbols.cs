using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace DeepLearningCourse.Runtime.Guards;

/// <summary>The table of a loaded library by which glibc's <c>dlsym</c> finds its functions; another function can be put in a name's place.</summary>
/// <remarks>The library's code is left as it is. The changed page is this process's own: the file does not change.</remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class DynamicSymbols
{
    // DT_STRTAB, DT_SYMTAB, DT_STRSZ and DT_SYMENT of the ELF dynamic section; Elf64_Sym is 24 bytes long, and its value lies at 8.
    private const long Texts = 5;
    private const long Symbols = 6;
    private const long TextsLength = 10;
    private const long SymbolLength = 11;
    private const int SymbolSize = 24;
    private const int ValuePlace = 8;

    private readonly long start;
    private readonly byte* symbols;
    private readonly byte* texts;
    private readonly long textsLength;

    private DynamicSymbols(long start, long symbols, long texts, long textsLength)
    {
        this.start = start;
        this.symbols = (byte*)symbols;
        this.texts = (byte*)texts;
        this.textsLength = textsLength;
    }

    /// <summary>The table of a library; null if it does not look as expected.</summary>
    /// <param name="library">A handle of <c>dlopen</c>, which is glibc's public <c>link_map</c>: l_addr, l_name, l_ld.</param>
    public static DynamicSymbols? TryRead(nint library)
    {
        var map = (nint*)library;
        Dictionary<long, long> entries = [];

        for (var entry = (long*)map[2]; entry[0] != 0 && entries.Count < 100; entry += 2)
        {
            _ = entries.TryAdd(entry[0], entry[1]);
        }

        // The symbols' texts follow them, as every linker lays them out, so that is where they end; a tool may have moved them since.
        return entries.TryGetValue(Texts, out var texts) && entries.TryGetValue(Symbols, out var symbols) && entries.TryGetValue(TextsLength, out var length)
            && entries.GetValueOrDefault(SymbolLength) == SymbolSize && symbols > map[0] && texts > symbols && (texts - symbols) % SymbolSize == 0
            && AreSymbols((byte*)symbols, (byte*)texts, length)
            ? new DynamicSymbols(map[0], symbols, texts, length)
            : null;
    }

    private static bool AreSymbols(byte* symbols, byte* end, long textsLength)
    {
        for (var symbol = symbols; symbol < end; symbol += SymbolSize)
        {
            if (*(uint*)symbol >= textsLength)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts functions in the places of others.</summary>
    /// <param name="replacements">What stands in the place of each name's function, by the address that the name has now.</param>
    /// <returns>How many names were found and have their new functions.</returns>
    public int Replace(IReadOnlyDictionary<string, (nint Now, nint Then)> replacements)
    {
        var page = ~((long)Environment.SystemPageSize - 1);
        var first = (long)symbols & page;
        var length = (nuint)((long)texts - first);

        if (PageProtection.Change((nint)first, length, PageProtection.ReadWrite) != 0)
        {
            return 0;
        }

        var replaced = 0;

        for (var symbol = symbols; symbol < texts; symbol += SymbolSize)
        {
            var value = (long*)(symbol + ValuePlace);

            if (*value != 0 && NameOf(symbol) is { } name && replacements.TryGetValue(name, out var functions) && start + *value == functions.Now)
            {
                *value = functions.Then - start;
                replaced++;
            }
        }

        _ = PageProtection.Change((nint)first, length, PageProtection.Read);
        return replaced;
    }

    private string? NameOf(byte* symbol)
    {
        var offset = *(uint*)symbol;

        if (offset + 4 > textsLength || texts[offset] != 'T' || texts[offset + 1] != 'H' || texts[offset + 2] != 'S')
        {
            return null;
        }

        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(texts + offset));
    }
}
