using DeepLearningCourse.Data;
using DeepLearningCourse.Tests;
using static TorchSharp.torch;

namespace DeepLearningCourse.Parquet.Tests;

public sealed class ParquetTableTests : TensorTest
{
    [Test]
    public void A_file_becomes_features_and_a_target()
    {
        using var table = ParquetTable.Read(Reference.Types("snappy"), target: "f32", features: ["i16", "f64"]);

        Assert.That(table.X.shape, Is.EqualTo(new long[] { 100, 2 }));
        Assert.That((table.X.dtype, table.y.dtype), Is.EqualTo((float32, float32)));
        Assert.That(table.X[57].data<float>().ToArray(), Is.EqualTo(new[] { (57 * 300f) - 15000, (float)(57 / 7.0) }));
        Assert.That(table.y.data<float>().ToArray(), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (i * 0.25f) - 3)));
        Assert.That(table.FeatureNames, Is.EqualTo(new[] { "i16", "f64" }));
        Assert.That(table.TargetName, Is.EqualTo("f32"));
    }

    [Test]
    public void Class_numbers_become_int64()
    {
        using var table = ParquetTable.ReadClasses(Reference.Types("zstd"), target: "class", features: ["f32"]);

        Assert.That(table.y.dtype, Is.EqualTo(int64));
        Assert.That(table.y.data<long>().ToArray(), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (long)(i % 3))));
    }

    [Test]
    public void A_folder_becomes_one_table_without_the_rows_that_are_dropped()
    {
        using var parts = ParquetTable.Read(Reference.PathOf("parts"), target: "y");
        using var dropped = ParquetTable.Read(Reference.Types("none"), target: "f32", features: ["maybe"], MissingValue.DropRow);

        Assert.That(parts.X.shape, Is.EqualTo(new long[] { 100, 1 }));
        Assert.That(dropped.X.shape, Is.EqualTo(new long[] { 86, 1 }));
        Assert.That(dropped.y[3].item<float>(), Is.EqualTo((4 * 0.25f) - 3));
    }

    [Test]
    public void It_outlives_the_scope_it_was_read_in_until_it_is_disposed()
    {
        ParquetTable table;

        using (NewDisposeScope())
        {
            table = ParquetTable.Read(Reference.PathOf("parts"), target: "y");
        }

        Assert.That(table.X[99, 0].item<float>(), Is.EqualTo(99));
        table.Dispose();
        Assert.That(table.X.IsInvalid && table.y.IsInvalid, Is.True);
    }

    [Test]
    public void A_table_from_which_every_row_is_dropped_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("parquet-");

        try
        {
            var path = Path.Combine(folder.FullName, "x.parquet");
            using var X = full([3, 1], float.NaN);
            using var y = zeros(3);
            ParquetTable.Write(path, X, y, ["x"], "y");

            Assert.That(() => ParquetTable.Read(path, "y", missing: MissingValue.DropRow), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo(
                $"{path}: each of the 3 rows has a missing value, and MissingValue.DropRow leaves out all of them. Choose fewer features or MissingValue.Constant(value)."));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
