using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderBatchTests : TensorTest
{
    [Test]
    public void Scalars_stack_to_one_dimension_and_vectors_to_two()
    {
        var dataset = new DelegateDataset<(Tensor, Tensor)>(5, i => (tensor(new float[] { i, i + 1 }), tensor(i)));
        using var loader = new DataLoader<(Tensor, Tensor)>(dataset, batchSize: 3);
        var shapes = new List<string>();
        Tensor last = null!;

        foreach (var (X, y) in loader)
        {
            shapes.Add($"{X.shape[0]}x{X.shape[1]} {X.dtype}, {y.shape[0]} {y.dtype}");
            last = y.clone();
        }

        Assert.That(shapes, Is.EqualTo(new[] { "3x2 Float32, 3 Int64", "2x2 Float32, 2 Int64" }));
        Assert.That(last.data<long>().ToArray(), Is.EqualTo(new long[] { 3, 4 }));
    }

    [Test]
    public void Nested_tuples_keep_their_form()
    {
        var dataset = new DelegateDataset<((Tensor, Tensor), Tensor)>(4, i => ((tensor(i), tensor(10 + i)), tensor(20 + i)));
        using var loader = new DataLoader<((Tensor, Tensor), Tensor)>(dataset, batchSize: 4);
        var values = new List<long>();

        foreach (var ((a, b), c) in loader)
        {
            values.AddRange(stack([a, b, c]).data<long>().ToArray());
        }

        Assert.That(values, Is.EqualTo(new long[] { 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23 }));
    }

    [Test]
    public void Tuples_of_seven_keep_their_order()
    {
        var dataset = new DelegateDataset<(Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)>(
            2, i => (tensor(i), tensor(i + 1), tensor(i + 2), tensor(i + 3), tensor(i + 4), tensor(i + 5), tensor(i + 6)));
        using var loader = new DataLoader<(Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)>(dataset);

        foreach (var (a, b, c, d, e, f, g) in loader)
        {
            var values = cat([a, b, c, d, e, f, g]).data<long>().ToArray();
            Assert.That(values.Select(value => value - values[0]), Is.EqualTo(new long[] { 0, 1, 2, 3, 4, 5, 6 }));
        }
    }

    [Test]
    public void A_batch_is_disposed_when_the_loop_moves_on([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(3, i => tensor(i)), numWorkers: numWorkers);
        var seen = new List<Tensor>();

        foreach (var batch in loader)
        {
            Assert.That(seen.Select(earlier => earlier.IsInvalid), Is.All.True);
            Assert.That(batch.IsInvalid, Is.False);
            seen.Add(batch);
        }

        Assert.That(seen.Select(earlier => earlier.IsInvalid), Is.EqualTo(new[] { true, true, true }));
    }

    [Test]
    public void A_scope_around_each_iteration_does_no_harm([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(6, i => tensor(i)), batchSize: 2, numWorkers: numWorkers);
        using var batches = loader.GetEnumerator();

        while (true)
        {
            using (NewDisposeScope())
            {
                if (!batches.MoveNext())
                {
                    break;
                }
            }

            Assert.That(batches.Current.IsInvalid, Is.False);
        }
    }

    [Test]
    public void A_tensor_made_before_the_loop_survives_being_a_sample([Values(0, 2)] int numWorkers)
    {
        var stored = new List<Tensor> { tensor(1L), tensor(2L), tensor(3L) };
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(3, i => stored[(int)i]), numWorkers: numWorkers);

        foreach (var _ in loader)
        {
        }

        Assert.That(stored.Select(sample => sample.IsInvalid), Is.All.False);
    }

    [Test]
    public void What_a_dataset_forgets_to_dispose_is_freed([Values(0, 2)] int numWorkers)
    {
        var dataset = new DelegateDataset<Tensor>(20, i => (tensor((float)i) + 1) * 2);
        using var loader = new DataLoader<Tensor>(dataset, batchSize: 5, numWorkers: numWorkers);
        var before = LiveTensors;

        foreach (var _ in loader)
        {
        }

        Assert.That(LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void Gradients_are_off_while_samples_are_read_and_on_in_the_loop([Values(0, 2)] int numWorkers)
    {
        var weight = ones(2, requires_grad: true);
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(4, i => weight * i), batchSize: 2, numWorkers: numWorkers);

        foreach (var batch in loader)
        {
            Assert.That(batch.requires_grad, Is.False);
            Assert.That(is_grad_enabled(), Is.True);
        }
    }

    [Test]
    public void In_memory_batches_equal_stacked_samples([Values] bool shuffle, [Values(1, 3, 7, 8)] int batchSize)
    {
        using var data = new InMemoryDataset(rand(7, 2, 2), randint(5, 7));
        using var gathered = new DataLoader<(Tensor features, Tensor target)>(data, batchSize, shuffle, seed: 3);
        using var stacked = new DataLoader<(Tensor, Tensor)>(
            new DelegateDataset<(Tensor, Tensor)>(7, i => data[i]), batchSize, shuffle, seed: 3);

        foreach (var ((X, y), (expectedX, expectedY)) in gathered.Zip(stacked))
        {
            Assert.That(X.Equals(expectedX), Is.True);
            Assert.That(y.Equals(expectedY), Is.True);
        }
    }

    [Test]
    public void Pinned_memory_is_asked_of_CUDA_only()
    {
        using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(2, i => tensor(i)), pinMemory: true);

        foreach (var batch in loader)
        {
            Assert.That(batch.is_pinned(), Is.EqualTo(cuda.is_available()));
        }
    }
}
