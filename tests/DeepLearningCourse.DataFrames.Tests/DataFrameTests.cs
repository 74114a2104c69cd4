using DeepLearningCourse.Data;
using DeepLearningCourse.Tests;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Analysis;
using static TorchSharp.torch;

namespace DeepLearningCourse.DataFrames.Tests;

public sealed class DataFrameTests : TensorTest
{
    [Test]
    public void A_frame_becomes_a_table_of_its_numbers()
    {
        var frame = new DataFrame(
            new SingleDataFrameColumn("a", [1.5f, 2]), new Int32DataFrameColumn("b", [3, -4]), new BooleanDataFrameColumn("c", [true, false]), new DecimalDataFrameColumn("d", [0.25m, 8m]));

        Assert.That(frame.ToTensor().data<float>().ToArray(), Is.EqualTo(new[] { 1.5f, 3, 1, 0.25f, 2, -4, 0, 8 }));
        Assert.That(frame.ToTensor(["d", "a"]).data<float>().ToArray(), Is.EqualTo(new[] { 0.25f, 1.5f, 8, 2 }));
        Assert.That(() => frame.ToTensor(["x"]), Throws.ArgumentException.With.Message.EqualTo("The frame has no column 'x'. Its columns are 'a', 'b', 'c', 'd'."));
    }

    [TestCase(19580329, "19580328")]
    [TestCase(long.MinValue + 1, "-9223372036854775808")]
    public void A_whole_number_that_float32_does_not_have_is_refused(long date, string rounded)
    {
        var frame = new DataFrame(new Int64DataFrameColumn("date", [16777216, date]), new SingleDataFrameColumn("x", [1, 2]));

        Assert.That(() => frame.ToTensor(), Throws.ArgumentException.With.Message.EqualTo(
            $"Row 1 (counted from 0) of column 'date' is {date}, a whole number that float32 does not have: it would become {rounded}. "
            + "Take the column alone, whose tensor keeps its type, leave it out, or round it knowingly: frame[\"date\"] *= 1.0."));
        Assert.That(frame["date"].ToTensor()[1].item<long>(), Is.EqualTo(date));
        frame["date"] *= 1.0;
        Assert.That(frame.ToTensor()[1, 0].item<float>(), Is.EqualTo((float)date));
    }

    [Test]
    public void A_column_keeps_its_dtype_or_gets_the_next()
    {
        Assert.That(new ByteDataFrameColumn("a", [1]).ToTensor().dtype, Is.EqualTo(uint8));
        Assert.That(new SByteDataFrameColumn("a", [1]).ToTensor().dtype, Is.EqualTo(int8));
        Assert.That(new Int16DataFrameColumn("a", [1]).ToTensor().dtype, Is.EqualTo(int16));
        Assert.That(new UInt16DataFrameColumn("a", [65535]).ToTensor().item<int>(), Is.EqualTo(65535));
        Assert.That(new UInt32DataFrameColumn("a", [4294967295]).ToTensor().item<long>(), Is.EqualTo(4294967295));
        Assert.That(new Int64DataFrameColumn("a", [1]).ToTensor().dtype, Is.EqualTo(int64));
        Assert.That(new DoubleDataFrameColumn("a", [1]).ToTensor().dtype, Is.EqualTo(float64));
        Assert.That(new BooleanDataFrameColumn("a", [true]).ToTensor().dtype, Is.EqualTo(@bool));
        Assert.That(() => new UInt64DataFrameColumn("a", [ulong.MaxValue]).ToTensor(), Throws.ArgumentException.With.Message.EqualTo(
            "Row 0 (counted from 0) of column 'a' is 18446744073709551615, too large for a tensor of Int64."));
        Assert.That(() => new StringDataFrameColumn("a", ["x"]).ToTensor(), Throws.ArgumentException.With.Message.EqualTo(
            "Column 'a' holds String and not numbers. Leave it out of the features, or encode it with a OneHotEncoder."));
    }

    [Test]
    public void A_frame_becomes_a_dataset_whose_texts_are_classes()
    {
        var train = new DataFrame(new SingleDataFrameColumn("x", [1, 2, 3]), new StringDataFrameColumn("kind", ["cat", "ant", "cat"]));
        var test = new DataFrame(new SingleDataFrameColumn("x", [4]), new StringDataFrameColumn("kind", ["cat"]));
        var classes = new LabelEncoder();
        using var data = train.ToDataset("kind", classes: classes);
        using var other = test.ToDataset("kind", classes: classes);
        using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 3);
        var (X, y) = loader.ToList().Single();

        Assert.That(X.shape, Is.EqualTo(new long[] { 3, 1 }));
        Assert.That(y.data<long>().ToArray(), Is.EqualTo(new long[] { 1, 0, 1 }));
        Assert.That(classes.Classes, Is.EqualTo(new[] { "ant", "cat" }));
        Assert.That(other[0].target.item<long>(), Is.EqualTo(1), "the number of the training data");
    }

    [Test]
    public void Numbers_to_predict_are_classes_if_they_are_whole()
    {
        var frame = new DataFrame(new SingleDataFrameColumn("x", [1]), new Int32DataFrameColumn("class", [3]), new DoubleDataFrameColumn("price", [2.5]));
        using var classes = frame.ToDataset("class", ["x"]);
        using var prices = frame.ToDataset("price", ["x", "class"]);

        Assert.That((classes[0].target.dtype, prices[0].target.dtype), Is.EqualTo((int64, float32)));
        Assert.That(prices[0].features.shape, Is.EqualTo(new long[] { 2 }));
    }

    [Test]
    public void A_gap_is_named_with_its_row_and_column()
    {
        var frame = new DataFrame(new SingleDataFrameColumn("x", [1, null]), new StringDataFrameColumn("kind", ["a", null]));
        const string rest = "is empty. Fill it with column.FillNulls(...), or leave such rows out with frame.DropNulls().";

        Assert.That(() => frame.ToTensor(["x"]), Throws.ArgumentException.With.Message.EqualTo($"Row 1 (counted from 0) of column 'x' {rest}"));
        Assert.That(() => frame.ToDataset("kind", []), Throws.ArgumentException.With.Message.EqualTo($"Row 1 (counted from 0) of column 'kind' {rest}"));
    }

    [Test]
    public void A_table_becomes_a_frame_and_a_table_again() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(50),
        Prop.ForAll(
            (from rows in Gen.Choose(1, 6) from columns in Gen.Choose(1, 4) from values in Gen.Choose(-999, 999).ArrayOf(rows * columns) select (rows, columns, values)).ToArbitrary(),
            c =>
            {
                using var scope = NewDisposeScope();
                var table = tensor(Array.ConvertAll(c.values, v => v / 4f)).reshape(c.rows, c.columns);
                return table.ToDataFrame().ToTensor().Equals(table);
            }));

    [Test]
    public void The_columns_of_a_frame_have_the_names_given()
    {
        Assert.That(zeros(2, 2).ToDataFrame(["a", "b"]).Columns.Select(c => c.Name), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(() => zeros(2, 2).ToDataFrame(["a"]),
            Throws.ArgumentException.With.Message.EqualTo("table is [2, 2] and there are 1 names: it must be [rows, columns], with a name for each column or none."));
        Assert.That(() => zeros(2).ToDataFrame(),
            Throws.ArgumentException.With.Message.EqualTo("table is [2] and there are no names: it must be [rows, columns], with a name for each column or none."));
    }
}
