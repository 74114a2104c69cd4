using DeepLearningCourse.Data;

namespace DeepLearningCourse.Parquet.Tests;

public sealed class ParquetValueTests
{
    private static readonly string Awkward = Reference.PathOf("awkward.parquet");

    [TestCaseSource(typeof(Reference), nameof(Reference.Readable))]
    public void A_missing_feature_is_refused_with_its_place(string variant) =>
        Assert.That(() => new ParquetRows(Reference.Types(variant), "f64", ["i32", "maybe"], roundWholeNumbers: true).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{Reference.Types(variant)}, row group 0, row 3 (counted from 0), column 'maybe': the value is missing. " +
            "Choose MissingValue.DropRow to leave out such rows or MissingValue.Constant(value), or leave the column out of the features."));

    [TestCaseSource(typeof(Reference), nameof(Reference.Readable))]
    public void Missing_features_are_filled(string variant)
    {
        var rows = new ParquetRows(Reference.Types(variant), "f32", ["maybe", "maybe.int"], MissingValue.Constant(-1.5f)).ReadAll();

        Assert.That(rows.Select(row => row.features[0]), Is.EqualTo(Enumerable.Range(0, 100).Select(i => i % 7 == 3 ? -1.5f : i * 2)));
        Assert.That(rows.Select(row => row.features[1]), Is.EqualTo(Enumerable.Range(0, 100).Select(i => i % 7 == 3 ? -1.5f : i % 10)));
        Assert.That(rows.Select(row => row.target), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (i * 0.25f) - 3)));
    }

    [TestCaseSource(typeof(Reference), nameof(Reference.Readable))]
    public void Rows_with_a_missing_value_are_dropped(string variant)
    {
        var kept = Enumerable.Range(0, 100).Where(i => i % 7 != 3).ToList();
        var stream = new ParquetRows(Reference.Types(variant), "f32", ["i32", "maybe"], MissingValue.DropRow, roundWholeNumbers: true);
        var targets = new ParquetClassRows(Reference.Types(variant), "maybe.int", ["f32"], MissingValue.DropRow).ReadAll();
        var rows = stream.ReadAll();

        Assert.That(rows.Select(row => row.features[1]), Is.EqualTo(kept.Select(i => i * 2f)));
        Assert.That(rows.Select(row => row.target), Is.EqualTo(kept.Select(i => (i * 0.25f) - 3)));
        Assert.That(stream.RowCount, Is.EqualTo(100));
        Assert.That(targets.Select(row => row.target), Is.EqualTo(kept.Select(i => (long)(i % 10))));
        Assert.That(targets.Select(row => row.features[0]), Is.EqualTo(kept.Select(i => (i * 0.25f) - 3)));
    }

    [Test]
    public void A_missing_target_is_never_filled()
    {
        var expected = $"{Awkward}, row group 0, row 5 (counted from 0), column '{{0}}': the target is missing. A target is never filled: choose MissingValue.DropRow to leave out such rows.";

        foreach (var column in new[] { "null", "nan" })
        {
            var message = string.Format(null, expected, column);
            Assert.That(() => new ParquetRows(Awkward, column, ["y"], MissingValue.Constant(0)).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(message));
            Assert.That(() => new ParquetClassRows(Awkward, column, ["y"], MissingValue.Constant(0)).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(message));
            Assert.That(new ParquetRows(Awkward, column, ["y"], MissingValue.DropRow).ReadAll(), Has.Count.EqualTo(7));
            Assert.That(new ParquetClassRows(Awkward, column, ["y"], MissingValue.DropRow).ReadAll(), Has.Count.EqualTo(7));
        }
    }

    [TestCase("i32", 1, -48999997, "-48999996")]
    [TestCase("i64", 0, -5000000000000, "-4999999913984")]
    public void A_whole_number_that_float32_does_not_have_is_refused(string column, int row, long value, string rounded)
    {
        var path = Reference.Types("none");
        var message = $"{path}, row group 0, row {row} (counted from 0), column '{column}': {value} is a whole number that float32 does not have: it would become {rounded}. "
            + "Leave the column out, write a date in parts, or round such numbers with roundWholeNumbers: true.";

        Assert.That(() => new ParquetRows(path, "f32", [column]).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(message), "a feature");
        Assert.That(() => new ParquetRows(path, column, ["f32"]).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(message), "a target");
        Assert.That(() => ParquetTable.Read(path, column, ["f32"]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(message), "a table");
        Assert.That(new ParquetRows(path, column, ["f32"], roundWholeNumbers: true).ReadAll()[row].target, Is.EqualTo((float)value));
        Assert.That(new ParquetClassRows(path, column, ["f32"]).ReadAll()[row].target, Is.EqualTo(value), "class numbers are whole");
    }

    [Test]
    public void NaN_is_a_missing_value()
    {
        Assert.That(() => new ParquetRows(Awkward, "y", ["nan"]).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.Contains("row 5 (counted from 0), column 'nan': the value is missing."));
        Assert.That(new ParquetRows(Awkward, "y", ["nan"], MissingValue.Constant(9)).ReadAll()[5].features, Is.EqualTo(new[] { 9f }));
        Assert.That(new ParquetRows(Awkward, "y", ["nan"], MissingValue.DropRow).ReadAll(), Has.Count.EqualTo(7));
    }

    [TestCase("infinite")]
    [TestCase("large")]
    public void A_number_that_is_not_finite_is_refused_whatever_is_done_with_nulls(string column)
    {
        foreach (var missing in new[] { MissingValue.Refuse, MissingValue.DropRow, MissingValue.Constant(0) })
        {
            Assert.That(() => new ParquetRows(Awkward, "y", [column], missing).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
                $"{Awkward}, row group 0, row 5 (counted from 0), column '{column}': the value is not a finite float32 number. Correct it, or leave the column out of the features."));
            Assert.That(() => new ParquetRows(Awkward, column, ["y"], missing).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
                $"{Awkward}, row group 0, row 5 (counted from 0), column '{column}': the target is not a finite float32 number. Correct it."));
        }
    }

    [TestCase("half")]
    [TestCase("huge")]
    [TestCase("infinite")]
    [TestCase("large")]
    public void A_class_number_must_be_whole(string column) =>
        Assert.That(() => new ParquetClassRows(Awkward, column, ["y"], MissingValue.DropRow).ReadAll(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{Awkward}, row group 0, row 5 (counted from 0), column '{column}': the value is not a whole number of 64 bits, as a class number must be. For other targets use ParquetRows."));

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Nothing_is_filled_with_what_is_no_number(float value) =>
        Assert.That(() => new ParquetRows(Awkward, "y", ["x"], MissingValue.Constant(value)), Throws.ArgumentException.With.Message.Contains("Fill them with a finite float32 number"));

    [Test]
    public void What_needs_all_rows_at_once_is_refused()
    {
        foreach (var missing in new[] { MissingValue.Mean, MissingValue.Median, MissingValue.MostFrequent })
        {
            Assert.That(() => new ParquetRows(Awkward, "y", ["x"], missing), Throws.ArgumentException.With.Message.StartsWith(
                $"MissingValue.{missing} needs all rows before the first one, and rows of Parquet files come one row group at a time."));
        }
    }
}
