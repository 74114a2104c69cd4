using DeepLearningCourse.Data;
using DeepLearningCourse.Data.Loading;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderLifetimeTests : TensorTest
{
    private static readonly Dataset<(float[], long)> Data = new DelegateDataset<(float[], long)>(10, i => ([i, -i], i));

    [Test]
    public void ToList_keeps_every_batch([Values(0, 3)] int numWorkers)
    {
        using var loader = new DataLoader<(Tensor X, Tensor y)>(Data, batchSize: 4, numWorkers: numWorkers);
        List<(Tensor X, Tensor y)> batches;

        using (NewDisposeScope())
        {
            using var scope = NewDisposeScope();
            batches = loader.ToList();
            Assert.That(batches.SelectMany(b => b.y.data<long>().ToArray()), Is.EqualTo(Enumerable.Range(0, 10)));
            Assert.That(scope.DisposablesCount, Is.EqualTo(6));
        }

        Assert.That(batches.Select(b => b.X.IsInvalid), Is.All.True, "the caller's scope has them");
    }

    [Test]
    public void A_kept_batch_outlives_the_loop_and_is_not_written_over()
    {
        using var loader = new DataLoader<(Tensor X, Tensor y)>(Data, batchSize: 1);
        (Tensor X, Tensor y) kept = (null!, null!);

        foreach (var batch in loader)
        {
            if (loader.State.Batch == 3)
            {
                kept = loader.Keep(batch);
            }
        }

        Assert.That(kept.X!.data<float>().ToArray(), Is.EqualTo(new[] { 2f, -2 }));
        Assert.That(() => loader.Keep(kept), Throws.InvalidOperationException.With.Message.EqualTo(
            "This is not the batch that a loop over this loader is at. Call Keep inside the loop, before it moves on."));
    }

    [Test]
    public void An_alias_of_a_batch_is_not_written_over_either()
    {
        using var loader = new DataLoader<(Tensor X, Tensor y)>(Data, batchSize: 1, shuffle: true, seed: 1);
        var aliases = new List<(Tensor Alias, float Value)>();

        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var (X, y) in loader)
            {
                aliases.Add((X.alias(), y.item<long>()));
            }
        }

        Assert.That(aliases.Select(a => a.Alias[0, 0].item<float>()), Is.EqualTo(aliases.Select(a => a.Value)));
    }

    [Test]
    public void What_a_graph_still_needs_is_not_written_over()
    {
        using var loader = new DataLoader<(Tensor X, Tensor y)>(Data, batchSize: 2);
        var weight = ones(2, 1, requires_grad: true);
        var losses = new List<Tensor>();

        foreach (var (X, _) in loader)
        {
            losses.Add(X.mm(weight).sum());
        }

        stack(losses).sum().backward();
        Assert.That(weight.grad!.data<float>().ToArray(), Is.EqualTo(new[] { 45f, -45 }));
    }

    [Test]
    public void The_memory_of_a_batch_is_used_again_once_it_is_gone([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<(Tensor X, Tensor y)>(Data, batchSize: 1, numWorkers: numWorkers);
        var places = new HashSet<nint>();

        for (var epoch = 0; epoch < 5; epoch++)
        {
            foreach (var (X, _) in loader)
            {
                places.Add(Address(X));
            }
        }

        // Features and targets are as long, so each batch has two blocks. With workers: four batches ahead, and the one in the loop.
        Assert.That(places, Has.Count.LessThanOrEqualTo(2 * (numWorkers == 0 ? 1 : 5)));

        static unsafe nint Address(Tensor tensor)
        {
            fixed (byte* data = tensor.bytes)
            {
                return (nint)data;
            }
        }
    }

    [Test]
    public void A_batch_may_outlive_its_loader()
    {
        Tensor alias = null!;

        using (var loader = new DataLoader<(Tensor X, Tensor y)>(Data, batchSize: 10))
        {
            foreach (var (X, _) in loader)
            {
                alias = X.alias();
            }
        }

        Assert.That(alias.sum().item<float>(), Is.Zero);
        Assert.That(alias[9, 0].item<float>(), Is.EqualTo(9));
    }

    [Test]
    public void Memory_begins_where_vectors_like_it_and_is_not_kept_without_limit()
    {
        using var memory = new BatchMemory(idleLimit: 2);

        for (var round = 0; round < 3; round++)
        {
            var rented = Enumerable.Range(1, 6).Select(i => (Tensor: memory.Rent([i, 1000], float32, out var data), data)).ToList();
            Assert.That(rented.Select(r => (long)r.data % 64), Is.All.EqualTo(0));
            Assert.That(rented.Select(r => r.data).Distinct().Count(), Is.EqualTo(6));
            rented.ForEach(r => r.Tensor.Dispose());
        }

        Assert.That(() => memory.Rent([long.MaxValue, 8], float32, out _), Throws.InstanceOf<OverflowException>());
    }

    [Test]
    public void A_batch_costs_a_few_hundred_bytes_of_garbage_whatever_its_size()
    {
        using var data = new InMemoryDataset(zeros(6400, 784), zeros(6400));
        using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 64, shuffle: true);
        _ = loader.Count(_ => true);
        var perBatch = new List<long>();

        for (var epoch = 0; epoch < 3; epoch++)
        {
            using var batches = loader.GetEnumerator();
            batches.MoveNext();
            var before = GC.GetAllocatedBytesForCurrentThread();

            for (var i = 0; i < 50; i++)
            {
                batches.MoveNext();
            }

            perBatch.Add((GC.GetAllocatedBytesForCurrentThread() - before) / 50);
        }

        TestContext.Out.WriteLine(string.Join(" ", perBatch));
        Assert.That(perBatch.Min(), Is.LessThan(700));
    }

    [Test, TimeLimit(120)]
    public void A_loop_that_waits_is_cancelled_at_once([Values(1, 3)] int numWorkers)
    {
        using var release = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var data = new DelegateDataset<long>(6, i =>
        {
            if (i == 2)
            {
                cancellation.CancelAfter(50);
                release.Wait(500);
            }

            return i;
        });
        using var loader = new DataLoader<Tensor>(data, numWorkers: numWorkers);
        var seen = 0;

        Assert.That(
            () =>
            {
                foreach (var _ in loader.WithCancellation(cancellation.Token))
                {
                    seen++;
                }
            },
            Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(cancellation.Token));
        Assert.That(seen, Is.EqualTo(2));
        release.Set();
    }

    [Test]
    public void Without_workers_a_loop_is_cancelled_between_samples()
    {
        using var cancellation = new CancellationTokenSource();
        var read = 0;
        var data = new DelegateDataset<long>(6, i =>
        {
            if (++read == 4)
            {
                cancellation.Cancel();
            }

            return i;
        });
        using var loader = new DataLoader<Tensor>(data, batchSize: 3);

        Assert.That(() => loader.WithCancellation(cancellation.Token).Count(_ => true), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(read, Is.EqualTo(4));
    }
}
