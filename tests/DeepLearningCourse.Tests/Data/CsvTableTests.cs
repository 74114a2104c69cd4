using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class CsvTableTests : TensorTest
{
    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("csv-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_breast_cancer_table_has_its_rows_and_classes()
    {
        using var table = CsvTable.Read(Path.Combine(Examples(), "data", "breast_cancer.csv"), target: "target");

        Assert.That(table.X.shape, Is.EqualTo(new long[] { 569, 30 }));
        Assert.That(table.X.dtype, Is.EqualTo(float32));
        Assert.That(table.FeatureNames, Has.Count.EqualTo(30));
        Assert.That(table.FeatureNames[0], Is.EqualTo("mean_radius"));
        Assert.That(table.TargetName, Is.EqualTo("target"));
        Assert.That(table.X[0, 0].item<float>(), Is.EqualTo(17.99f));
        Assert.That(table.y.eq(0).sum().item<long>(), Is.EqualTo(212), "malignant");
        Assert.That(table.y.eq(1).sum().item<long>(), Is.EqualTo(357), "benign");
        Assert.That(Splits.Stratified(table.y, 0.25, seed: 42).Test, Has.Length.EqualTo(143));
    }

    [Test]
    public void Features_are_chosen_by_name_and_in_order()
    {
        using var table = CsvTable.Read(Write("x.csv", "a,b,c,d\n1,2,text,4\n5,6,,8\n"), target: "b", features: ["d", "a"]);

        Assert.That(table.X.data<float>().ToArray(), Is.EqualTo(new float[] { 4, 1, 8, 5 }));
        Assert.That(table.y.data<float>().ToArray(), Is.EqualTo(new float[] { 2, 6 }));
        Assert.That(table.FeatureNames, Is.EqualTo(new[] { "d", "a" }));
    }

    [Test, SetCulture("es-CL")]
    public void A_language_with_decimal_commas_changes_nothing()
    {
        using var table = CsvTable.Read(Write("x.csv", "a;y\n 1.5 ;-2e-3\n"), target: "y", delimiter: ';');

        Assert.That((1.5).ToString(CultureInfo.CurrentCulture), Is.EqualTo("1,5"));
        Assert.That((table.X.item<float>(), table.y.item<float>()), Is.EqualTo((1.5f, -2e-3f)));
    }

    [Test]
    public void A_file_in_gz_is_decompressed()
    {
        var path = Path.Combine(folder, "x.csv.gz");

        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes("\uFEFFa,y\r\n1,2\r\n"));
        }

        using var table = CsvTable.Read(path, target: "y");

        Assert.That((table.X.item<float>(), table.y.item<float>()), Is.EqualTo((1f, 2f)));
    }

    [Test]
    public void It_outlives_the_scope_it_was_read_in_until_it_is_disposed()
    {
        CsvTable table;

        using (NewDisposeScope())
        {
            table = CsvTable.Read(Write("x.csv", "a,y\n1,2\n"), target: "y");
        }

        Assert.That(table.X.item<float>(), Is.EqualTo(1));
        table.Dispose();
        Assert.That(table.X.IsInvalid && table.y.IsInvalid, Is.True);
    }

    [Test]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(folder, "none.csv");

        Assert.That(() => CsvTable.Read(path, "y"), Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo(
            $"There is no file {path}. A relative path starts from the folder the program runs in, {Environment.CurrentDirectory}."));
    }

    [Test]
    public void A_missing_column_lists_those_there_are() =>
        Assert.That(Reading("radius,texture,target\n1,2,3\n", target: "label"), Throws.ArgumentException.With.Message.EqualTo(
            $"{At()} has no column 'label'. Its columns are 'radius', 'texture', 'target'."));

    [Test]
    public void A_name_of_two_columns_is_refused() =>
        Assert.That(Reading("a,a,y\n1,2,3\n"), Throws.ArgumentException.With.Message.EqualTo(
            $"{At()} has 2 columns named 'a'. Rename them in the header, so that each name is one column."));

    [Test]
    public void A_table_of_targets_only_is_refused() =>
        Assert.That(Reading("y\n1\n"), Throws.ArgumentException.With.Message.EqualTo(
            $"{At()} would give no features: 'y' is its only column, or the list of features is empty."));

    [TestCase("a,b,y\n1,2,3\n4,5\n", 3, "2 cells")]
    [TestCase("a,b,y\n1,2,3\n\n\n4,5,6,7\n", 5, "4 cells")]
    [TestCase("a,b,y\n1\n", 2, "1 cell")]
    public void A_row_of_another_length_is_named(string text, int line, string cells) =>
        Assert.That(Reading(text), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{At()}, line {line}: the row has {cells} and the header has 3. " +
            "Is a delimiter missing or one too many, or a text with the delimiter in it without quotes?"));

    [TestCase("a,y\n1,2\nabc,4\n", 3, "a", "'abc' is not a number. Write it like 3.14 or 1e-3, with a decimal point, name the column in CsvOptions.Categories if it holds text, or leave it out of the features.")]
    [TestCase("a,y\n\"1,5\",2\n", 2, "a", "'1,5' is not a number. Write it like 3.14 or 1e-3, with a decimal point, name the column in CsvOptions.Categories if it holds text, or leave it out of the features.")]
    [TestCase("a,y\n1,2\n\n3,\n", 4, "y", "the cell is empty. Fill in a number, remove the row, or say what shall become of it with CsvOptions.Missing.")]
    [TestCase("a,y\n1,2\n , 4\n", 3, "a", "the cell is empty. Fill in a number, remove the row, or say what shall become of it with CsvOptions.Missing.")]
    [TestCase("a,y\nNaN,2\n", 2, "a", "'NaN' stands for a missing value. Fill in a number, remove the row, or say what shall become of it with CsvOptions.Missing.")]
    [TestCase("a,y\n1,-Infinity\n", 2, "y", "'-Infinity' is not a finite float32 number. Fill in a number or remove the row.")]
    [TestCase("a,y\n1e99,2\n", 2, "a", "'1e99' is not a finite float32 number. Fill in a number or remove the row.")]
    public void A_bad_cell_is_named_with_its_line_and_column(string text, int line, string column, string what) =>
        Assert.That(Reading(text), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo($"{At()}, line {line}, column '{column}': {what}"));

    [Test]
    public void Lines_inside_quotes_count() =>
        Assert.That(Reading("note,a,y\n\"two\nlines\",1,2\n\"three\r\nmore\nlines\",x,4\n", features: ["a"]), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{At()}, line 4, column 'a': 'x' is not a number. Write it like 3.14 or 1e-3, with a decimal point, name the column in CsvOptions.Categories if it holds text, or leave it out of the features."));

    [TestCase("a,y\n1,2\n3\"4,5\n", 3)]
    [TestCase("a,y\n1,2\n\"3,5\n6,7\n", 3)]
    public void Quotes_that_do_not_match_are_named(string text, int line) =>
        Assert.That(Reading(text), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{At()}, line {line}: the quotes of the row do not match. Put the whole cell in quotes and double the quotes inside it."));

    [Test]
    public void An_empty_file_is_refused() =>
        Assert.That(Reading(""), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{At()} is empty: its first line must be a header with the names of the columns."));

    [Test]
    public void A_header_without_rows_is_refused() =>
        Assert.That(Reading("a,y\n"), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
            $"{At()} has a header and no rows. Is it the right file, and was it saved whole?"));

    [Test]
    public void A_gz_that_is_plain_text_is_read_and_one_cut_short_is_explained()
    {
        using var table = CsvTable.Read(Write("x.csv.gz", "a,y\n1,2\n"), "y");
        Assert.That(table.y.item<float>(), Is.EqualTo(2));

        var path = Path.Combine(folder, "cut.csv.gz");
        using var buffer = new MemoryStream();

        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes("a,y\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i},{i}\n"))));
        }

        File.WriteAllBytes(path, buffer.ToArray()[..^200]);
        Assert.That(() => CsvTable.Read(path, "y"), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(path));
    }

    private static string Examples([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "examples");

    private string At() => Path.Combine(folder, "x.csv");

    private Action Reading(string text, string target = "y", string[]? features = null)
    {
        var path = Write("x.csv", text);
        return () => CsvTable.Read(path, target, features);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
