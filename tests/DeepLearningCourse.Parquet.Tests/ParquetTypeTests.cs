namespace DeepLearningCourse.Parquet.Tests;

public sealed class ParquetTypeTests
{
    private static readonly string[] Columns = [.. Reference.Numbers.Keys.Where(name => name != "class")];

    [TestCaseSource(typeof(Reference), nameof(Reference.Readable))]
    public void Numbers_of_every_type_are_as_they_were_written(string variant)
    {
        // Parquet.Net does not read the booleans that version 2 of the pages keeps: a test of its own.
        var columns = Columns.Where(name => variant != "pages2" || name != "flag").ToArray();
        var rows = new ParquetRows(Reference.Types(variant), target: "class", columns, roundWholeNumbers: true).ReadAll();

        Assert.That(rows, Has.Count.EqualTo(Reference.Rows));

        for (var c = 0; c < columns.Length; c++)
        {
            var expected = Enumerable.Range(0, Reference.Rows).Select(i => (float)Reference.Numbers[columns[c]](i));
            Assert.That(rows.Select(row => row.features[c]), Is.EqualTo(expected), columns[c]);
        }

        Assert.That(rows.Select(row => row.target), Is.EqualTo(Enumerable.Range(0, Reference.Rows).Select(i => (float)(i % 3))));
    }

    [TestCase("class")]
    [TestCase("i8")]
    [TestCase("u16")]
    [TestCase("u32")]
    [TestCase("i64")]
    [TestCase("flag")]
    public void Class_numbers_are_exact(string column)
    {
        var rows = new ParquetClassRows(Reference.Types("snappy"), target: column, ["f32"]).ReadAll();

        Assert.That(rows.Select(row => row.target), Is.EqualTo(Enumerable.Range(0, Reference.Rows).Select(i => (long)Reference.Numbers[column](i))));
    }

    [TestCase("y", 1)]
    [TestCase("tens", 10)]
    public void Floating_point_numbers_and_decimals_that_are_whole_are_class_numbers(string column, int step)
    {
        var rows = new ParquetClassRows(Reference.PathOf("awkward.parquet"), column, ["y"]).ReadAll();

        Assert.That(rows.Select(row => row.target), Is.EqualTo(Enumerable.Range(0, 8).Select(i => (long)i * step)));
    }

    [Test]
    public void Decimals_that_are_not_whole_are_no_class_numbers() =>
        Assert.That(() => new ParquetClassRows(Reference.Types("none"), "d9", ["f32"]).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.Contains(
            "row group 0, row 0 (counted from 0), column 'd9': the value is not a whole number of 64 bits"));

    [Test]
    public void Without_names_every_column_of_numbers_but_the_target_is_a_feature()
    {
        var rows = new ParquetRows(Reference.Types("none"), target: "f64");

        Assert.That(rows.FeatureNames, Is.EqualTo(new[] { "flag", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f16", "f32", "d9", "d28", "maybe", "maybe.int", "class" }));
        Assert.That(rows.TargetName, Is.EqualTo("f64"));
    }

    [Test]
    public void Booleans_in_runs_are_refused_rather_than_read_as_false() =>
        Assert.That(() => new ParquetRows(Reference.Types("pages2"), "class", ["flag"]).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{Reference.Types("pages2")}, row group 0, column 'flag': its booleans are run-length encoded, which cannot be read. " +
            "Write the file with data pages of version 1.0, or the column as int8."));

    [Test]
    public void The_old_lz4_is_refused_rather_than_misread() =>
        Assert.That(() => new ParquetRows(Reference.Types("lz4hadoop"), "class", ["f32"]).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{Reference.Types("lz4hadoop")}, row group 0: its compression, LZ4, cannot be read. Write the file with snappy, gzip, zstd or lz4_raw."));
}
