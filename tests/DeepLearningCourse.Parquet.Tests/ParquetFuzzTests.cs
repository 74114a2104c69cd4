using System.Buffers.Binary;
using System.Globalization;
using DeepLearningCourse.Data;

namespace DeepLearningCourse.Parquet.Tests;

public sealed class ParquetFuzzTests
{
    // What a sound file of this kind takes, many times over, and the small tables of the libraries.
    private const long AllowedAllocation = 4 << 20;
    private const long AllowedPerByte = 64;

    private static readonly string[] Files =
        ["none", "snappy", "gzip", "zstd", "brotli", "lz4raw", "pages2", "delta", "delta-snappy"];

    private string folder = null!;
    private volatile string current = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("parquet-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_damaged_file_gives_values_or_a_sentence() => Fuzz(40, firstSeed: 1_000_000);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_files_give_values_or_a_sentence() =>
        AttackRecords.Add("Data files", "27,000 Parquet files of nine kinds, changed, cut and repeated at random", Fuzz(3000, firstSeed: 2_016_000));

    [Test]
    public void A_turned_bit_in_pages_with_sums_is_noticed_or_changes_nothing() => Flip(step: 1999);

    [Test, Category("Long"), Attack]
    public void Bits_turned_all_over_pages_with_sums_are_noticed_or_change_nothing()
    {
        var (refused, same) = Flip(step: 29);

        AttackRecords.Add("Files with sums", "each 29th bit turned of the pages of a Parquet file with page checksums", string.Create(
            CultureInfo.InvariantCulture, $"{refused:N0} refused in a sentence, {same:N0} read as they were written, none as anything else"));
    }

    // They sent Parquet.Net in circles, or over memory that was not its own: a structure without an end, numbers decoded over references.
    [TestCase("none", 2_017_540)]
    [TestCase("snappy", 2_018_158)]
    [TestCase("zstd", 2_015_316)]
    [TestCase("delta-snappy", 2_004_805)]
    public void What_once_ended_the_process_is_refused(string variant, int seed)
    {
        var original = File.ReadAllBytes(Reference.Types(variant));
        var path = Write(Mutation.Of(original, seed, FooterLength(original)));

        Assert.That(() => Read(path, variant), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(path));
    }

    [Test]
    public void No_file_of_random_bytes_between_the_marks_is_read()
    {
        var random = new Random(7);

        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(12, 400)];
            random.NextBytes(bytes);
            "PAR1"u8.CopyTo(bytes);
            "PAR1"u8.CopyTo(bytes.AsSpan(^4..));
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(^8..^4), bytes.Length - 12);

            Assert.That(() => Read(Write(bytes), "none"),
                Throws.TypeOf<InvalidDataException>().With.Message.Contains("x.parquet, its footer: "), $"random file {i}");
        }
    }

    /// <summary>The footer, which has no sum, is left alone.</summary>
    private (int Refused, int Same) Flip(int step)
    {
        var original = File.ReadAllBytes(Reference.Types("gzip"));
        var written = Contents(Write(original));
        var (refused, same) = (0, 0);

        for (var bit = 0; bit < (original.Length - FooterLength(original)) * 8; bit += step)
        {
            var bytes = (byte[])original.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var path = Write(bytes);

            try
            {
                Assert.That(Contents(path), Is.EqualTo(written), $"bit {bit % 8} of byte {bit / 8} of {original.Length} changed what was read, in silence");
                same++;
            }
            catch (InvalidDataException exception)
            {
                refused++;
                Assert.That(exception.Message, Does.StartWith(path));
            }
        }

        Assert.That(refused, Is.GreaterThan(same));
        return (refused, same);
    }

    private static string Contents(string path)
    {
        var rows = new ParquetRows(path, "class", [.. Reference.Numbers.Keys.Where(name => name != "class"), "maybe", "maybe.int"], MissingValue.Constant(0), roundWholeNumbers: true).ReadAll();
        return string.Join('\n', rows.Select(row => string.Join(' ', row.features.Append(row.target).Select(BitConverter.SingleToInt32Bits))));
    }

    private string Fuzz(int count, int firstSeed)
    {
        var worker = Task.Factory.StartNew(() => Run(count, firstSeed), TaskCreationOptions.LongRunning);

        for (var seen = ""; !worker.Wait(TimeSpan.FromSeconds(60)); seen = current)
        {
            Assert.That(current, Is.Not.EqualTo(seen), "a damaged file has been read for a minute");
        }

        TestContext.Out.WriteLine(worker.Result);
        return worker.Result;
    }

    private string Run(int count, int firstSeed)
    {
        var (values, refused, largest) = (0, 0, 0L);

        foreach (var variant in Files)
        {
            var original = File.ReadAllBytes(Reference.Types(variant));
            var footer = FooterLength(original);
            Read(Write(original), variant);

            for (var seed = firstSeed; seed < firstSeed + count; seed++)
            {
                current = $"types-{variant}.parquet with seed {seed}";
                var bytes = Mutation.Of(original, seed, footer);
                var allocated = Read(Write(bytes), variant, out var isRead);
                _ = isRead ? values++ : refused++;
                largest = Math.Max(largest, allocated);
                Assert.That(allocated, Is.LessThan(AllowedAllocation + (AllowedPerByte * bytes.Length)), $"{current}: bytes allocated");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{refused:N0} refused in a sentence, {values:N0} read, at most {largest:N0} bytes allocated for one");
    }

    private long Read(string path, string variant, out bool isRead)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);

        try
        {
            Read(path, variant);
            isRead = true;
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException && exception.Message.StartsWith(path, StringComparison.Ordinal))
        {
            isRead = false;
        }
        catch (Exception exception)
        {
            throw new AssertionException($"{current}: {exception.GetType().Name}: {exception.Message}", exception);
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static void Read(string path, string variant)
    {
        var columns = Reference.Numbers.Keys.Append("maybe").Append("maybe.int").Where(name => name != "class" && (name, variant) != ("flag", "pages2"));
        _ = new ParquetRows(path, "class", [.. columns], MissingValue.Constant(0), roundWholeNumbers: true).ReadAll();
    }

    private static int FooterLength(byte[] file) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(^8..)) + 8;

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(folder, "x.parquet");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
