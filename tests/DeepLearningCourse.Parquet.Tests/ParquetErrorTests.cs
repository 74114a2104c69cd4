namespace DeepLearningCourse.Parquet.Tests;

public sealed class ParquetErrorTests
{
    private static readonly string Types = Reference.Types("none");
    private static readonly string Awkward = Reference.PathOf("awkward.parquet");

    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("parquet-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(folder, "none.parquet");

        Assert.That(() => new ParquetRows(path, "y"), Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo(
            $"There is no file {path}. A relative path starts from the folder the program runs in, {Environment.CurrentDirectory}."));
    }

    [Test]
    public void A_folder_without_parts_is_named() =>
        Assert.That(() => new ParquetRows(folder, "y"), Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo(
            $"The folder {folder} has no files that end in .parquet. Folders inside it are not looked into: give the path of one, or a list of files."));

    [Test]
    public void An_empty_list_of_files_is_refused()
    {
        Assert.That(() => new ParquetRows([], "y"), Throws.ArgumentException.With.Message.StartsWith("The list of files is empty, or one of its paths is."));
        Assert.That(() => new ParquetRows([Types, ""], "y"), Throws.ArgumentException.With.Message.StartsWith("The list of files is empty, or one of its paths is."));
    }

    [TestCase("label", null)]
    [TestCase("y", "label")]
    public void A_missing_column_lists_those_there_are(string target, string? feature) =>
        Assert.That(() => new ParquetRows(Awkward, target, feature is null ? null : [feature]), Throws.ArgumentException.With.Message.EqualTo(
            $"{Awkward} has no column 'label'. Its columns are 'y', 'null', 'nan', 'infinite', 'large', 'half', 'huge', 'tens', 'list', 'twice', 'twice'."));

    [Test]
    public void A_column_that_only_another_file_has_is_refused() =>
        Assert.That(() => new ParquetRows([Reference.PathOf("parts/part-0.parquet"), Types], "y"), Throws.ArgumentException.With.Message.StartsWith($"{Types} has no column 'y'."));

    [Test]
    public void A_name_of_two_columns_is_refused() =>
        Assert.That(() => new ParquetRows(Awkward, "y", ["twice"]), Throws.ArgumentException.With.Message.EqualTo(
            $"{Awkward} has 2 columns named 'twice'. Rename them, so that each name is one column."));

    [TestCase("text", "texts")]
    [TestCase("day", "dates or times")]
    public void A_column_of_something_else_is_refused(string column, string kind) =>
        Assert.That(() => new ParquetRows(Types, "f64", [column]), Throws.ArgumentException.With.Message.EqualTo(
            $"{Types}: the column '{column}' holds {kind}, not numbers. Leave it out, or write it to the file as numbers. The columns of numbers are " +
            "'flag', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f16', 'f32', 'f64', 'd9', 'd28', 'maybe', 'maybe.int', 'class'."));

    [Test]
    public void A_nested_column_is_refused() =>
        Assert.That(() => new ParquetRows(Awkward, "list"), Throws.ArgumentException.With.Message.StartsWith($"{Awkward}: the column 'list' holds nested values, not numbers."));

    [Test]
    public void No_features_are_refused() =>
        Assert.That(() => new ParquetRows(Awkward, "y", []), Throws.ArgumentException.With.Message.EqualTo(
            $"{Awkward} would give no features: it has no other column of numbers than 'y', or the list of features is empty."));

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(11)]
    public void A_file_too_short_to_be_one_is_refused(int length) =>
        Assert.That(Reading(bytes => bytes[..length]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{At()}, its footer: the file is too short for a Parquet file. The file is damaged, or was not written to its end. Fetch or write it again."));

    [Test]
    public void A_file_of_another_kind_is_refused() =>
        Assert.That(Reading(_ => "a,b,y\n1,2,3\n4,5,6\n"u8.ToArray()), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{At()}, its footer: the file does not begin and end with PAR1, as Parquet files do. The file is damaged, or was not written to its end. Fetch or write it again."));

    [Test]
    public void A_file_cut_off_is_refused() =>
        Assert.That(Reading(bytes => bytes[..^100]), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith($"{At()}, its footer: the file does not begin and end with PAR1"));

    [Test]
    public void An_encrypted_file_is_refused() =>
        Assert.That(Reading(bytes => [.. bytes[..^1], (byte)'E']), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{At()}, its footer: the file is encrypted. Write it without encryption."));

    [Test]
    public void A_footer_larger_than_the_file_is_refused() =>
        Assert.That(Reading(bytes => [.. bytes[..^8], 0xFF, 0xFF, 0xFF, 0x7F, .. bytes[^4..]]), Throws.TypeOf<InvalidDataException>().With.Message.Contains(
            "its footer: it claims 2147483647 bytes, and the file has"));

    [Test]
    public void Damage_that_a_checksum_shows_is_refused()
    {
        var path = Write(File.ReadAllBytes(Reference.Types("gzip")));
        var chunks = new ParquetRows(path, "class", ["f32"]);
        _ = chunks.ReadAll();
        var bytes = File.ReadAllBytes(path);
        var refused = 0;

        // Wherever a bit of the values flips, either it is noticed or it belongs to a column that is not read.
        for (var at = 4; at < bytes.Length / 2; at += 7)
        {
            bytes[at] ^= 1;
            File.WriteAllBytes(path, bytes);
            bytes[at] ^= 1;

            try
            {
                var rows = chunks.ReadAll();
                Assert.That(rows.Select(row => row.features[0]), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (i * 0.25f) - 3)));
            }
            catch (InvalidDataException exception)
            {
                Assert.That(exception.Message, Does.StartWith(path));
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(0));
    }

    private string At() => Path.Combine(folder, "x.parquet");

    private string Write(byte[] bytes)
    {
        File.WriteAllBytes(At(), bytes);
        return At();
    }

    private Action Reading(Func<byte[], byte[]> change)
    {
        _ = Write(change(File.ReadAllBytes(Types)));
        return () => _ = new ParquetRows(At(), "class");
    }
}
