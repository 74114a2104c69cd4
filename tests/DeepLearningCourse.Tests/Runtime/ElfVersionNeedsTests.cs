using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Tests.Runtime;

[Platform("Linux")]
public sealed class ElfVersionNeedsTests
{
    private const string NewVersion = "GLIBCXX_3.4.32";

    private static readonly string Library = LibTorchLocation.FindTorchSharp()!;
    private static readonly byte[] Bytes = File.ReadAllBytes(Library);

    [Test]
    public void TorchSharp_asks_for_the_new_version_on_behalf_of_one_marker_only()
    {
        ElfVersionNeeds elf = new(Bytes);

        var need = elf.Needs.Single(n => n.Version == NewVersion);

        Assert.That(need.Library, Is.EqualTo("libstdc++.so.6"));
        Assert.That(need.IsOptional, Is.False);
        Assert.That(elf.SymbolsOf(need), Is.EqualTo(new[] { "_ZSt21ios_base_library_initv" }));
        Assert.That(elf.Needs.Single(n => n.Version == "GLIBCXX_3.4.29"), Is.Not.Null);
    }

    [Test]
    public void A_repair_changes_one_flag_of_a_copy_and_nothing_else()
    {
        var before = (byte[])Bytes.Clone();

        var repaired = TorchSharpRepair.Repair(Library, $"version `{NewVersion}' not found");

        var changed = Enumerable.Range(0, Bytes.Length).Where(i => repaired[i] != Bytes[i]).ToList();
        Assert.That(changed, Has.Count.EqualTo(1));
        Assert.That(new ElfVersionNeeds(repaired).Needs.Single(n => n.IsOptional).Version, Is.EqualTo(NewVersion));
        Assert.That(Bytes, Is.EqualTo(before));
        Assert.That(File.ReadAllBytes(Library), Is.EqualTo(before), "the file on disk is left as it is");
    }

    [Test]
    public void What_is_really_used_is_not_made_optional()
    {
        Assert.That(
            () => TorchSharpRepair.Repair(Library, "version `GLIBC_2.34' not found"),
            Throws.TypeOf<LibTorchLoadException>().With.Message.EqualTo(
                $"{Library} needs GLIBC_2.34, which this system's C or C++ runtime does not have. "
                + "Use a newer system (Debian 12, Ubuntu 22.04, RHEL 9 or later), or install a newer libstdc++6."));
        Assert.That(
            () => TorchSharpRepair.Repair(Library, "one line\nlibgomp.so.1: cannot open shared object file"),
            Throws.TypeOf<LibTorchLoadException>().With.Message.EqualTo(
                $"{Library} cannot be loaded: libgomp.so.1: cannot open shared object file"));
    }

    [Test]
    public void A_file_of_another_kind_is_named_for_what_it_is()
    {
        var thirtyTwoBit = (byte[])Bytes.Clone();
        thirtyTwoBit[4] = 1;

        Assert.That(() => new ElfVersionNeeds([]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("it is not an ELF library"));
        Assert.That(() => new ElfVersionNeeds(new byte[100]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("it is not an ELF library"));
        Assert.That(
            () => new ElfVersionNeeds(thirtyTwoBit),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("it is not a 64-bit little-endian ELF library"));
        Assert.That(
            () => new ElfVersionNeeds(Bytes[..(Bytes.Length / 2)]),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("it is a damaged ELF library"));
    }

    [Test]
    public void A_damaged_file_gives_its_exception_whatever_is_damaged()
    {
        var seed = TestContext.CurrentContext.Random.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        Random random = new(seed);
        var needs = (int)new ElfVersionNeeds(Bytes).Needs.Min(n => n.FlagsOffset) - 32;

        for (var i = 0; i < 1000; i++)
        {
            var damaged = (byte[])Bytes.Clone();
            var (start, length) = (i % 3) switch
            {
                0 => (0, 64),                                   // the file's header
                1 => (needs, 1024),                             // the versions
                _ => (Bytes.Length - 4096, 4096),               // the section headers
            };
            for (var flips = 0; flips < 4; flips++)
            {
                damaged[start + random.Next(length)] = (byte)random.Next(256);
            }

            try
            {
                ElfVersionNeeds elf = new(damaged);
                foreach (var need in elf.Needs.Take(100))
                {
                    _ = elf.SymbolsOf(need);
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or OverflowException)
            {
                // As promised.
            }
        }
    }
}
