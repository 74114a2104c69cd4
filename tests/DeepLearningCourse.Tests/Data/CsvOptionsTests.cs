using System.Globalization;
using System.Text;
using DeepLearningCourse.Data;
using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class CsvOptionsTests : TensorTest
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_penguins_with_their_texts_and_gaps_become_numbers()
    {
        using var table = CsvTable.Read(Repository.PathOf("examples/data/penguins.csv"), target: "species", options: new CsvOptions
        {
            Categories = { ["species"] = CategoryEncoding.Index, ["island"] = CategoryEncoding.OneHot, ["sex"] = CategoryEncoding.OneHot },
            Missing = MissingValue.DropRow,
        });

        Assert.That(table.X.shape, Is.EqualTo(new long[] { 333, 9 }), "344 penguins, 11 of them with gaps");
        Assert.That(table.RowsDropped, Is.EqualTo(11));
        Assert.That(table.FeatureNames, Is.EqualTo(new[]
        {
            "island=Biscoe", "island=Dream", "island=Torgersen", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex=FEMALE", "sex=MALE",
        }));
        Assert.That(table.Classes, Is.EqualTo(new[] { "Adelie", "Chinstrap", "Gentoo" }));
        Assert.That(table.y.dtype, Is.EqualTo(int64));
        Assert.That(table.y.bincount(null).data<long>().ToArray(), Is.EqualTo(new long[] { 146, 68, 119 }));
        Assert.That(table.X[0].data<float>().ToArray(), Is.EqualTo(new[] { 0, 0, 1, 39.1f, 18.7f, 181, 3750, 0, 1 }));
    }

    [TestCase(nameof(MissingValue.Mean), 3f)]
    [TestCase(nameof(MissingValue.Median), 2f)]
    [TestCase(nameof(MissingValue.MostFrequent), 1f)]
    [TestCase(nameof(MissingValue.Constant), -7f)]
    public void Gaps_are_filled_as_asked(string how, float filled)
    {
        var missing = how == nameof(MissingValue.Constant) ? MissingValue.Constant(-7) : (MissingValue)typeof(MissingValue).GetProperty(how)!.GetValue(null)!;
        using var table = Read("a,y\n1,0\n,0\n8,0\n1,0\n2,0\nNA,0\n3,0\n", new CsvOptions { Missing = missing });

        Assert.That(table.X.data<float>().ToArray(), Is.EqualTo(new[] { 1, filled, 8, 1, 2, filled, 3 }));
        Assert.That(missing.ToString(), Is.EqualTo(how));
    }

    [Test]
    public void A_test_table_gets_the_numbers_of_the_training_table()
    {
        var options = new CsvOptions
        {
            Categories = { ["c"] = CategoryEncoding.OneHot, ["y"] = CategoryEncoding.Index },
            MissingByColumn = { ["a"] = MissingValue.Mean, ["c"] = MissingValue.MostFrequent },
        };
        using var train = Read("a,c,y\n1,red,no\n3,blue,yes\n5,blue,no\n", options);
        using var test = CsvTable.Read(Write("test.csv", "a,c,y\n,red,yes\n100,,yes\n"), "y", options: options, like: train);

        Assert.That(test.FeatureNames, Is.EqualTo(new[] { "a", "c=blue", "c=red" }));
        Assert.That(test.X.data<float>().ToArray(), Is.EqualTo(new float[] { 3, 0, 1, 100, 1, 0 }), "the mean and the most frequent of the training table");
        Assert.That(test.y.data<long>().ToArray(), Is.EqualTo(new long[] { 1, 1 }));
        Assert.That(test.CategoriesOf("c"), Is.EqualTo(new[] { "blue", "red" }));
        Assert.That(() => test.CategoriesOf("a"), Throws.ArgumentException.With.Message.EqualTo("The table has no column of categories 'a'. It has 'c', 'y'."));

        var unknown = Write("unknown.csv", "a,c,y\n1,red,no\n1,green,no\n");
        Assert.That(() => CsvTable.Read(unknown, "y", options: options, like: train), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{unknown}, line 3, column 'c': 'green' is not one of the categories of the table that this is read like: 'blue', 'red'."));
        Assert.That(
            () => CsvTable.Read(Write("other.csv", "b,y\n1,no\n"), "y", options: new CsvOptions { Categories = { ["y"] = CategoryEncoding.Index } }, like: train),
            Throws.ArgumentException.With.Message.EqualTo("The table to read like has no column 'b'. Read both with the same columns."));
    }

    [Test]
    public void A_category_as_an_index_is_one_column()
    {
        using var table = Read("c,y\nb,1\na,2\nb,3\n", new CsvOptions { Categories = { ["c"] = CategoryEncoding.Index } });

        Assert.That(table.X.data<float>().ToArray(), Is.EqualTo(new float[] { 1, 0, 1 }));
        Assert.That(table.FeatureNames, Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public void A_file_without_a_header_is_read_by_numbers_or_names()
    {
        using var digits = CsvTable.Read(Repository.PathOf("examples/data/digits.csv.gz"), target: "64", options: new CsvOptions { HasHeader = false });
        using var named = Read("1,2\n3,4\n", new CsvOptions { HasHeader = false, ColumnNames = ["a", "y"] });

        Assert.That(digits.X.shape, Is.EqualTo(new long[] { 1797, 64 }));
        Assert.That(digits.y[^1].item<float>(), Is.EqualTo(8));
        Assert.That(named.y.data<float>().ToArray(), Is.EqualTo(new float[] { 2, 4 }));
        Assert.That(() => Read("1,2\n", new CsvOptions { HasHeader = false, ColumnNames = ["a"] }), Throws.ArgumentException.With.Message.EndsWith(
            "has 2 columns in its first line and CsvOptions.ColumnNames has 1: name each column."));
        Assert.That(() => Read("", new CsvOptions { HasHeader = false }), Throws.TypeOf<InvalidDataException>().With.Message.EndsWith("is empty: it has no rows."));
    }

    [Test]
    public void Decimal_commas_are_read_when_asked()
    {
        using var table = CsvTable.Read(Write("x.csv", "a;y\n1,5;-2e-3\n"), "y", delimiter: ';', options: new CsvOptions { DecimalComma = true });

        Assert.That(table.X.item<float>(), Is.EqualTo(1.5f));
        Assert.That(() => CsvTable.Read(Write("x.csv", "a;y\n1.5;2\n"), "y", delimiter: ';', options: new CsvOptions { DecimalComma = true }),
            Throws.TypeOf<InvalidDataException>().With.Message.EndsWith("x.csv, line 2, column 'a': '1.5' is not a number. Write it like 3,14 or 1e-3, with a decimal comma, name the column in CsvOptions.Categories if it holds text, or leave it out of the features."));
        Assert.That(() => Read("a,y\n1,2\n", new CsvOptions { DecimalComma = true }),
            Throws.ArgumentException.With.Message.EqualTo("With CsvOptions.DecimalComma the comma cannot separate cells too. Give the delimiter, such as ';'."));
    }

    [Test]
    public void Options_that_make_no_sense_are_refused()
    {
        const string text = "a,c,y\n1,x,2\n";

        Assert.That(
            () => Read(text, new CsvOptions { Categories = { ["c"] = CategoryEncoding.OneHot }, MissingByColumn = { ["c"] = MissingValue.Mean } }),
            Throws.ArgumentException.With.Message.EqualTo("Column 'c' holds text, which has no Mean. Use MissingValue.MostFrequent or DropRow for it, in CsvOptions.MissingByColumn."));
        Assert.That(
            () => Read(text, new CsvOptions { Categories = { ["c"] = CategoryEncoding.OneHot, ["y"] = CategoryEncoding.OneHot } }),
            Throws.ArgumentException.With.Message.EqualTo("'y' is the target: use CategoryEncoding.Index for it, which gives class numbers."));
        Assert.That(
            () => Read(text, new CsvOptions { MissingByColumn = { ["y"] = MissingValue.Mean } }),
            Throws.ArgumentException.With.Message.EqualTo("'y' is the target: a missing one cannot be filled in. Use MissingValue.DropRow for it."));
        Assert.That(() => Read(text, new CsvOptions { Categories = { ["z"] = CategoryEncoding.OneHot } }), Throws.ArgumentException.With.Message.Contain("has no column 'z'"));
        Assert.That(() => Read(text, new CsvOptions { HasHeader = true, ColumnNames = ["a", "c", "y"] }),
            Throws.ArgumentException.With.Message.EqualTo("CsvOptions.ColumnNames names the columns of a file without a header: set HasHeader to false, or leave the names out."));
        Assert.That(() => Read("a,y\n,1\n", new CsvOptions { Missing = MissingValue.Mean }), Throws.TypeOf<InvalidDataException>().With.Message.Contain("all cells are empty"));
        Assert.That(() => Read("a,y\n,1\n", new CsvOptions { Missing = MissingValue.DropRow }), Throws.TypeOf<InvalidDataException>().With.Message.EndsWith(
            "has 1 rows, and each has a missing value for which it is left out."));
    }

    [Test]
    public void What_is_written_with_quotes_is_read_again() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(
            (from rows in Gen.Choose(1, 8)
             from texts in Gen.Elements("plain", "with, comma", "with \"quotes\"", "two\nlines", "ñandú 日本", "-", "1.5").ArrayOf(rows)
             from numbers in Gen.Choose(-1000000, 1000000).ArrayOf(rows)
             select (texts, numbers)).ToArbitrary(),
            c =>
            {
                var lines = c.texts.Zip(c.numbers, (t, n) => $"\"{t.Replace("\"", "\"\"")}\",{(n / 64f).ToString("R", CultureInfo.InvariantCulture)},0\r\n");
                using var table = Read("t,n,y\r\n" + string.Concat(lines), new CsvOptions { Categories = { ["t"] = CategoryEncoding.Index } });
                var X = table.X.data<float>().ToArray();
                return c.numbers.Select((n, i) => X[(2 * i) + 1] == n / 64f && table.CategoriesOf("t")[(int)X[2 * i]] == c.texts[i].Trim()).All(ok => ok);
            }));

    [Test]
    public void Damaged_files_are_refused_or_read() => Fuzz(300);

    [Test, Category("Long"), Attack]
    public void Ten_thousand_damaged_files_are_refused_or_read() =>
        AttackRecords.Add("Data files", "10,000 CSV files, changed, cut and repeated at random", Mutations.Outcome(Fuzz(10_000)));

    private static (int Refused, int Read) Fuzz(int count)
    {
        var options = new CsvOptions
        {
            Categories = { ["c"] = CategoryEncoding.OneHot, ["y"] = CategoryEncoding.Index }, MissingByColumn = { ["a"] = MissingValue.Median, ["c"] = MissingValue.MostFrequent },
        };
        var text = "a,b,c,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{(i % 5 == 0 ? "" : i * 1.5)},{i}e-2,\"{(i % 2 == 0 ? "re\"\"d" : "blue, dark")}\",k{i % 3}\r\n"));
        return Mutations.Read(
            count, [Encoding.UTF8.GetBytes(text)], ".csv", path => CsvTable.Read(path, "y", options: options).Dispose(),
            exception => exception is InvalidDataException or ArgumentException, allocationFactor: 4000);
    }

    private CsvTable Read(string text, CsvOptions options) => CsvTable.Read(Write("x.csv", text), "y", options: options);

    private string Write(string name, string text)
    {
        File.WriteAllText(folder[name], text);
        return folder[name];
    }
}
