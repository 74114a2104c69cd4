using DeepLearningCourse.Tests;
using FsCheck;
using FsCheck.Fluent;
using static TorchSharp.torch;

namespace DeepLearningCourse.Parquet.Tests;

public sealed class ParquetWriteTests : TensorTest
{
    private string folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("parquet-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void What_is_written_is_read_again_for_any_table()
    {
        var tables = from columns in Gen.Choose(1, 5)
                     from rows in Gen.Choose(1, 60)
                     from rowsPerGroup in Gen.Choose(1, 70)
                     from values in Gen.ArrayOf(Numbers(), columns * rows)
                     from targets in Gen.ArrayOf(Gen.Choose(int.MinValue, int.MaxValue), rows)
                     select (columns, rows, rowsPerGroup, values, targets);

        Prop.ForAll(tables.ToArbitrary(), table =>
        {
            using var scope = NewDisposeScope();
            string[] names = [.. Enumerable.Range(0, table.columns).Select(c => $"x.{c}")];
            ParquetTable.Write(At(), tensor(table.values, [table.rows, table.columns]), tensor(table.targets), names, "y", table.rowsPerGroup);
            using var read = ParquetTable.ReadClasses(At(), "y");
            var stream = new ParquetRows(At(), "y", roundWholeNumbers: true);

            return read.X.data<float>().SequenceEqual(table.values)
                && read.y.data<long>().SequenceEqual(table.targets.Select(target => (long)target))
                && read.FeatureNames.SequenceEqual(names)
                && stream.ShardCount == (table.rows + table.rowsPerGroup - 1) / table.rowsPerGroup
                && stream.ReadAll().SelectMany(row => row.features).SequenceEqual(table.values);
        }).Check(Config.QuickThrowOnFailure.WithReplay(1, 1).WithMaxTest(60));
    }

    [Test]
    public void Every_dtype_that_is_written_is_read_again()
    {
        foreach (var dtype in new[] { float32, float64, int32, int64, ScalarType.Bool })
        {
            using var scope = NewDisposeScope();
            using var X = arange(6).remainder(2).reshape(3, 2).to(dtype);
            ParquetTable.Write(At(), X.t().contiguous().t(), X.select(1, 1).clone(), ["a", "b"], "y");
            using var read = ParquetTable.Read(At(), "y");

            Assert.That(read.X.data<float>().ToArray(), Is.EqualTo(new float[] { 0, 1, 0, 1, 0, 1 }));
            Assert.That(read.y.data<float>().ToArray(), Is.EqualTo(new float[] { 1, 1, 1 }));
        }
    }

    [Test]
    public void A_failure_keeps_the_old_file_and_leaves_no_part()
    {
        File.WriteAllText(At(), "old");
        using var X = zeros(2, 1, dtype: float16);
        using var y = zeros(2);

        Assert.That(() => ParquetTable.Write(At(), X, y, ["x"], "y"), Throws.ArgumentException.With.Message.EqualTo(
            "A table of Float16 cannot be written: Parquet keeps float32, float64, int32, int64 and bool. Convert it first, as in X.to(float32)."));
        Assert.That(File.ReadAllText(At()), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void What_does_not_fit_together_is_refused()
    {
        using var X = zeros(2, 1);
        using var y = zeros(3);
        using var x = zeros(2);

        Assert.That(() => ParquetTable.Write(At(), X, y, ["x"], "y"), Throws.ArgumentException.With.Message.EqualTo(
            "X is [2, 1], y is [3] and there are 1 names of features. X must be [rows, features], y [rows], and each feature needs a name."));
        Assert.That(() => ParquetTable.Write(At(), X, x, ["y"], "y"), Throws.ArgumentException.With.Message.EqualTo(
            "Each column needs a name of its own. The names are 'y', 'y'."));
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    private static Gen<float> Numbers() =>
        Gen.OneOf(Gen.Elements(0f, -0f, 1f, float.MaxValue, float.Epsilon, -1e-30f), Gen.Choose(int.MinValue, int.MaxValue).Select(i => i / 1024f));

    private string At() => Path.Combine(folder, "x.parquet");
}
