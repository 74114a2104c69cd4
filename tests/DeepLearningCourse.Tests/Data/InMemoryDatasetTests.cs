using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class InMemoryDatasetTests : TensorTest
{
    [Test]
    public void Arrays_become_float32_features_and_float32_or_int64_targets()
    {
        var X = new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } };
        using var regression = new InMemoryDataset(X, new float[] { 7, 8, 9 });
        using var classification = new InMemoryDataset(X, new long[] { 0, 2, 1 });

        var (features, target) = regression[1];
        var label = classification[1].target;

        Assert.That(features.data<float>().ToArray(), Is.EqualTo(new float[] { 3, 4 }));
        Assert.That((target.dtype, target.item<float>()), Is.EqualTo((float32, 8f)));
        Assert.That((label.dtype, label.item<long>()), Is.EqualTo((int64, 2L)));
        Assert.That(regression.Count, Is.EqualTo(3));
    }

    [Test]
    public void Rows_that_do_not_match_are_refused()
    {
        Assert.That(() => new InMemoryDataset(zeros(1000, 10), zeros(999)), Throws.ArgumentException.With.Message.EqualTo(
            "X has 1000 rows and y has 999: each sample needs its target. The shapes are X [1000, 10] and y [999]; the first dimension of both counts samples."));
        Assert.That(() => new InMemoryDataset(new float[4, 2], new float[3]), Throws.ArgumentException.With.Message.EqualTo(
            "X has 4 rows and y has 3: each sample needs its target. The first dimension of both counts samples."));
    }

    [Test]
    public void A_single_number_is_no_table() =>
        Assert.That(() => new InMemoryDataset(zeros(3, 2), tensor(1f)), Throws.ArgumentException.With.Message.EqualTo(
            "y is a single number, of shape []: its first dimension must count samples. Give it the shape [samples] or [samples, ...]."));

    [Test]
    public void An_index_outside_is_refused([Values(-1, 3)] long index)
    {
        using var data = new InMemoryDataset(zeros(3, 2), zeros(3));

        Assert.That(() => data[index], Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(
            $"There is no sample {index}: the dataset has 3, numbered from 0 to 2. (Parameter 'index')"));
    }

    [Test]
    public void It_outlives_the_tensors_and_the_scope_it_was_made_in()
    {
        InMemoryDataset data;

        using (NewDisposeScope())
        {
            using var X = ones(2, 2);
            data = new InMemoryDataset(X, ones(2));
        }

        using (data)
        {
            Assert.That(data[1].features.sum().item<float>(), Is.EqualTo(2));
        }
    }

    [Test]
    public void Disposing_it_leaves_the_tensors_it_was_made_of()
    {
        var X = ones(2, 2);
        new InMemoryDataset(X, ones(2)).Dispose();

        Assert.That(X.sum().item<float>(), Is.EqualTo(4));
    }

    [Test]
    public void After_dispose_it_says_so()
    {
        var data = new InMemoryDataset(ones(2, 2), ones(2));
        data.Dispose();

        Assert.That(() => data[0], Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("InMemoryDataset"));
        Assert.That(() => data.Count, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("InMemoryDataset"));
    }

    [Test]
    public void A_subset_renumbers_the_samples_it_was_given()
    {
        using var data = new InMemoryDataset(arange(10, float32).unsqueeze(1), arange(10));
        var subset = new Subset<(Tensor features, Tensor target)>(data, [7, 2, 5]);
        using var loader = new DataLoader<(Tensor features, Tensor target)>(subset, batchSize: 3);

        Assert.That(subset.Count, Is.EqualTo(3));
        Assert.That(subset[1].target.item<long>(), Is.EqualTo(2));

        foreach (var (_, y) in loader)
        {
            Assert.That(y.data<long>().ToArray(), Is.EqualTo(new long[] { 7, 2, 5 }));
        }
    }

    [Test]
    public void A_subset_of_samples_that_do_not_exist_is_refused()
    {
        using var data = new InMemoryDataset(zeros(3, 2), zeros(3));

        Assert.That(() => new Subset<(Tensor features, Tensor target)>(data, [0, 3]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(
            "There is no sample 3: the dataset has 3, numbered from 0 to 2. (Parameter 'indices')"));
    }

    [Test]
    public void Rows_are_taken_in_the_order_asked_for()
    {
        Assert.That(arange(6).TakeRows([4, 0, 4]).data<long>().ToArray(), Is.EqualTo(new long[] { 4, 0, 4 }));
        Assert.That(zeros(6, 2).TakeRows([]).shape, Is.EqualTo(new long[] { 0, 2 }));
    }

    [Test]
    public void Rows_that_do_not_exist_are_refused()
    {
        Assert.That(() => zeros(6, 2).TakeRows([0, 6]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(
            "There is no row 6: the tensor, of shape [6, 2], has 6, numbered from 0 to 5. (Parameter 'rows')"));
        Assert.That(() => tensor(1f).TakeRows([0]), Throws.ArgumentException.With.Message.EqualTo(
            "The tensor is a single number, of shape []: it has no rows to take. (Parameter 'tensor')"));
    }
}
