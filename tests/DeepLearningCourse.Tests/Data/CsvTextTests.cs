using System.Diagnostics;
using System.Text;
using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Formats;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

/// <summary>CSV files in other encodings, with numbers that float32 does not have, and of absurd sizes.</summary>
public sealed class CsvTextTests : TensorTest
{
    private static readonly CsvOptions City = new() { Categories = { ["city"] = CategoryEncoding.Index } };

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void A_cell_that_is_not_UTF_8_is_refused_with_its_byte_and_the_encoding_to_try()
    {
        var path = Write("city,y\nRoma,1\nA Coruña,2\n", "windows-1252");

        Assert.That(() => CsvTable.Read(path, "y", options: City), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{path}, line 3, column 'city': byte 7 of the cell is F1, which is not UTF-8. In windows-1252, which Excel writes, it would be 'A Coruña': "
            + "if that is right, set CsvOptions.Encoding to 'windows-1252', or save the file as UTF-8."));
    }

    [Test]
    public void A_name_of_a_column_that_is_not_UTF_8_is_refused()
    {
        var path = Write("año,y\n1,2\n", "windows-1252");

        Assert.That(() => CsvTable.Read(path, "y"), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{path}, line 1, name of column 1: byte 2 of the cell is F1, which is not UTF-8. In windows-1252, which Excel writes, it would be 'año': "
            + "if that is right, set CsvOptions.Encoding to 'windows-1252', or save the file as UTF-8."));
    }

    [TestCase("windows-1252", false)]
    [TestCase("iso-8859-1", false)]
    [TestCase("ibm850", false)]
    [TestCase("utf-16", false)]
    [TestCase("utf-8", false)]
    [TestCase("utf-8", true)]
    [TestCase("utf-16", true)]
    [TestCase("utf-16BE", true)]
    [TestCase("utf-32", true)]
    public void A_file_is_read_in_the_encoding_that_its_mark_or_the_options_name(string encoding, bool marked)
    {
        var path = Write("city,año,y\nA Coruña,7,1\n\"Cádiz\",8,2\n", encoding, marked);
        using var table = CsvTable.Read(path, "y", options: new CsvOptions { Categories = City.Categories, Encoding = marked ? null : encoding });

        Assert.That(table.CategoriesOf("city"), Is.EqualTo(new[] { "A Coruña", "Cádiz" }));
        Assert.That(table.FeatureNames, Is.EqualTo(new[] { "city", "año" }));
        Assert.That(table.X.data<float>().ToArray(), Is.EqualTo(new float[] { 0, 7, 1, 8 }));
    }

    [Test]
    public void UTF_16_without_a_mark_is_recognized()
    {
        var path = Write("a,y\n1,2\n", "utf-16");

        Assert.That(() => CsvTable.Read(path, "y"), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{path}, line 1, name of column 1: the cell has bytes that are 0, as text in UTF-16 has when it is read as UTF-8. "
            + "Set CsvOptions.Encoding to 'utf-16', or save the file as UTF-8."));
    }

    [Test]
    public void An_encoding_that_does_not_fit_or_is_not_there_is_refused()
    {
        var path = Write("city,y\nA Coruña,2\n", "windows-1252");

        Assert.That(() => CsvTable.Read(path, "y", options: new CsvOptions { Encoding = "us-ascii", Categories = City.Categories }), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{path}, after line 0: there are bytes (F1) that CsvOptions.Encoding does not have. Name the file's own."));
        Assert.That(() => CsvTable.Read(path, "y", options: new CsvOptions { Encoding = "utf8000" }), Throws.ArgumentException.With.Message.EqualTo(
            "CsvOptions.Encoding is 'utf8000', which is no encoding that .NET knows. Usual ones are 'utf-8', 'utf-16', 'windows-1252' and 'iso-8859-1'."));
    }

    [TestCase("19580329", "19580328")]
    [TestCase("-16777217", "-16777216")]
    [TestCase("19580329.0", "19580328")]
    [TestCase("00123456789", "123456792")]
    public void A_whole_number_that_float32_does_not_have_is_refused(string cell, string rounded)
    {
        var problem = $"{cell} is a whole number that float32 does not have: it would become {rounded}. "
            + "Set CsvOptions.Dtype to Float64, name the column in CsvOptions.Categories if it holds codes, or leave it out of the features.";

        Assert.That(() => CsvTable.Read(Write($"date,y\n1,2\n{cell},3\n"), "y"), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{folder["x.csv"]}, line 3, column 'date': {problem}"));
        Assert.That(() => CsvTable.Read(Write($"a,date\n1,{cell}\n"), "date"), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{folder["x.csv"]}, line 2, column 'date': {problem}"), "a target");
    }

    [TestCase("16777216", 16777216f)]
    [TestCase("20000000", 2e7f)]
    [TestCase("1.9580329e7", 19580328f)]
    [TestCase("19580329.5", 19580330f)]
    public void What_float32_has_or_was_measured_is_read(string cell, float value)
    {
        using var table = CsvTable.Read(Write($"a,y\n{cell},3\n"), "y");

        Assert.That(table.X.item<float>(), Is.EqualTo(value));
    }

    [Test]
    public void Float64_has_dates_and_refuses_what_it_does_not_have()
    {
        var options = new CsvOptions { Dtype = ScalarType.Float64, Missing = MissingValue.Mean, Categories = { ["c"] = CategoryEncoding.OneHot } };
        using var table = CsvTable.Read(Write("date,c,y\n19580329,x,33554433\n,x,9007199254740992\n"), "y", options: options);

        Assert.That((table.X.dtype, table.y.dtype), Is.EqualTo((float64, float64)));
        Assert.That(table.X.data<double>().ToArray(), Is.EqualTo(new double[] { 19580329, 1, 19580329, 1 }));
        Assert.That(table.y.data<double>().ToArray(), Is.EqualTo(new double[] { 33554433, 9007199254740992 }));
        Assert.That(() => CsvTable.Read(Write("date,c,y\n1,x,9007199254740993\n"), "y", options: options), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{folder["x.csv"]}, line 2, column 'y': 9007199254740993 is a whole number that float64 does not have: it would become 9007199254740992. "
            + "Name the column in CsvOptions.Categories if it holds codes, or leave it out of the features."));
        Assert.That(() => CsvTable.Read(Write("a,y\n1,2\n"), "y", options: new CsvOptions { Dtype = ScalarType.Int64 }), Throws.ArgumentException.With.Message.EqualTo(
            "CsvOptions.Dtype is Int64: a table is of Float32 or Float64. Convert X and y afterwards, with table.X.to(...)."));
    }

    [Test]
    public void Eighty_thousand_columns_are_read_in_no_time()
    {
        const int columns = 80_000;
        var path = Write(string.Join(',', Enumerable.Range(0, columns).Select(i => $"c{i}")) + ",y\n" + string.Concat(Enumerable.Repeat("1,", columns)) + "2\n");
        var started = Stopwatch.GetTimestamp();
        using var table = CsvTable.Read(path, "y");

        Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.LessThan(20), "it was 53 when each name was looked for among all");
        Assert.That(table.X.shape, Is.EqualTo(new long[] { 1, columns }));
        Assert.That(() => CsvTable.Read(path, "z"), Throws.ArgumentException.With.Message.EndsWith("has no column 'z'. Its columns are "
            + string.Join(", ", Enumerable.Range(0, 20).Select(i => $"'c{i}'")) + " and 79981 more."));
    }

    [Test]
    public void A_cell_of_megabytes_makes_no_message_of_megabytes()
    {
        var path = Write($"a,y\n{new string('x', 10_000_000)},2\n");

        Assert.That(() => CsvTable.Read(path, "y"), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{path}, line 2, column 'a': '{new string('x', 100)}...' is not a number. Write it like 3.14 or 1e-3, with a decimal point, "
            + "name the column in CsvOptions.Categories if it holds text, or leave it out of the features."));
    }

    [Test]
    public void A_cell_that_is_no_cell_any_more_is_refused()
    {
        var path = Write($"city,y\n{new string('x', CsvRows.MaxCellBytes + 1)},2\n");

        Assert.That(() => CsvTable.Read(path, "y", options: City), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{path}, line 2, column 'city': the cell has 16777217 bytes, and one of a table has at most 16777216. Is a quote missing, or is it the wrong file?"));
    }

    [Test]
    public void A_row_without_an_end_is_refused()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("a,y\n1,2\n\"" + new string('x', 1_000_000) + "\n"));
        using var rows = new CsvRows(stream, "x.csv", ',', new CsvOptions(), maxRowBytes: 100_000);

        Assert.That(rows.Read(), Is.True);
        Assert.That(() => rows.Read(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            "x.csv, line 3: the row has more than 100000 bytes. Is a quote opened and never closed, or is it the wrong file?"));
    }

    private string Write(string text, string encoding = "utf-8", bool marked = false)
    {
        var chosen = CsvEncoding.Named(encoding)!;
        File.WriteAllBytes(folder["x.csv"], [.. marked ? chosen.GetPreamble() : [], .. chosen.GetBytes(text)]);
        return folder["x.csv"];
    }
}
