using DeepLearningCourse.Data;
using DeepLearningCourse.Tests;
using static TorchSharp.torch;

namespace DeepLearningCourse.Parquet.Tests;

public sealed class ParquetLoadingTests : TensorTest
{
    [Test]
    public void A_loader_gives_the_same_batches_for_any_number_of_workers()
    {
        var rows = new ParquetRows(Reference.Types("zstd"), target: "f64", features: ["f32", "maybe"], missing: MissingValue.Constant(0));
        var expected = Batches(rows, numWorkers: 0);

        // The row groups of 40, 40 and 20 rows take turns, and each ends with what is left of it.
        Assert.That(expected.Select(batch => batch.Length / 3), Is.EqualTo(new[] { 16, 16, 16, 16, 16, 4, 8, 8 }));
        Assert.That(expected.SelectMany(batch => batch).Order(), Is.EqualTo(Expected().Order()));

        foreach (var numWorkers in new[] { 1, 2, 4, 8 })
        {
            Assert.That(Batches(rows, numWorkers), Is.EqualTo(expected), $"{numWorkers} workers");
        }
    }

    [Test]
    public void A_loader_can_go_on_in_the_middle_of_the_files()
    {
        var rows = new ParquetClassRows(Reference.PathOf("parts"), target: "y", features: ["x"]);
        using DataLoader<(Tensor X, Tensor y)> loader = new(rows, batchSize: 8, seed: 1);
        List<float> rest = [];
        DataLoaderState? third = null;

        foreach (var (X, _) in loader)
        {
            if (third is not null)
            {
                rest.AddRange(X.data<float>());
            }

            third ??= loader.State.Batch == 3 ? loader.State : null;
        }

        using DataLoader<(Tensor X, Tensor y)> other = new(rows, batchSize: 8, numWorkers: 2);
        other.Restore(third!);
        List<float> again = [];

        foreach (var (X, y) in other)
        {
            again.AddRange(X.data<float>());
            Assert.That(y.dtype, Is.EqualTo(ScalarType.Int64));
        }

        Assert.That(again, Is.Not.Empty.And.EqualTo(rest));
    }

    [Test]
    public void A_bad_row_ends_the_loop_with_its_place()
    {
        var rows = new ParquetRows(Reference.Types("none"), target: "f64", features: ["maybe"]);
        using DataLoader<(Tensor X, Tensor y)> loader = new(rows, batchSize: 4, numWorkers: 2);

        Assert.That(() => loader.ToList(), Throws.TypeOf<DataLoaderException>()
            .With.InnerException.TypeOf<InvalidDataException>().And.Message.Contains("row 3 (counted from 0), column 'maybe'"));
    }

    private static IEnumerable<float> Expected()
    {
        for (var i = 0; i < Reference.Rows; i++)
        {
            yield return (i * 0.25f) - 3;
            yield return i % 7 == 3 ? 0 : i * 2;
            yield return (float)(i / 7.0);
        }
    }

    private static List<float[]> Batches(ParquetRows rows, int numWorkers)
    {
        using DataLoader<(Tensor X, Tensor y)> loader = new(rows, batchSize: 16, numWorkers: numWorkers, seed: 5);
        List<float[]> batches = [];

        foreach (var (X, y) in loader)
        {
            batches.Add([.. X.data<float>(), .. y.data<float>()]);
        }

        return batches;
    }
}
