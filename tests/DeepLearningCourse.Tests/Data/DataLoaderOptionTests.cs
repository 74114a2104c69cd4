using System.Collections.Concurrent;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderOptionTests : TensorTest
{
    private static readonly Dataset<long> Ten = new DelegateDataset<long>(10, i => i);

    [Test]
    public void A_sampler_decides_the_samples_of_each_epoch([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<Tensor>(Ten, batchSize: 2, sampler: new Backwards(), numWorkers: numWorkers, seed: 5);

        Assert.That(Values(loader), Is.EqualTo(new long[] { 8, 7, 6 }));
        Assert.That(Values(loader), Is.EqualTo(new long[] { 9, 8, 7 }), "the next epoch");
        Assert.That((loader.Count, loader.SampleCount), Is.EqualTo((2, 3L)));
    }

    [Test]
    public void A_batch_sampler_decides_what_goes_together([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<Tensor>(Ten, batchSampler: new Triangles(), numWorkers: numWorkers);

        Assert.That(loader.Select(b => b.data<long>().ToArray()).ToList(), Is.EqualTo(new[] { new long[] { 0 }, [1, 2], [3, 4, 5] }));
        Assert.That((loader.Count, loader.BatchSize, loader.SampleCount), Is.EqualTo((3, (int?)null, (long?)null)));
    }

    [Test]
    public void A_sampler_that_asks_for_what_is_not_there_is_named()
    {
        using var loader = new DataLoader<Tensor>(new DelegateDataset<long>(8, i => i), sampler: new Backwards());

        Assert.That(() => Values(loader), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "Backwards asked for sample 8: the dataset has 8, numbered from 0 to 7. Was the sampler made for another dataset?"));
    }

    [Test]
    public void Options_that_contradict_each_other_are_refused()
    {
        Assert.That(() => new DataLoader<Tensor>(Ten, shuffle: true, sampler: new Backwards()), Throws.ArgumentException.With.Message.EqualTo(
            "sampler and shuffle both decide the order. Leave out shuffle, and give the sampler a random one."));
        Assert.That(() => new DataLoader<Tensor>(Ten, batchSize: 2, batchSampler: new Triangles()), Throws.ArgumentException.With.Message.EqualTo(
            "batchSampler decides which samples go together: leave out batchSize, shuffle, sampler and dropLast."));
        Assert.That(() => new DataLoader<Tensor>(Ten, timeout: TimeSpan.FromSeconds(1)), Throws.ArgumentException.With.Message.EqualTo(
            "timeout is about worker threads, and there are none with numWorkers: 0. Use numWorkers: 1 or more, or leave it out."));
        Assert.That(() => new DataLoader<Tensor>(Ten, persistentWorkers: true),
            Throws.ArgumentException.With.Message.EqualTo("persistentWorkers is about worker threads, and there are none with numWorkers: 0. Use numWorkers: 1 or more, or leave it out."));
        Assert.That(() => new DataLoader<Tensor>(Ten, workerInit: _ => { }),
            Throws.ArgumentException.With.Message.EqualTo("workerInit is about worker threads, and there are none with numWorkers: 0. Use numWorkers: 1 or more, or leave it out."));
        Assert.That(() => new DataLoader<Tensor>(Ten, batchSize: null, dropLast: true),
            Throws.ArgumentException.With.Message.EqualTo("dropLast leaves out a batch that is not full, and batchSize: null makes no batches. Leave one of them out."));
        Assert.That(() => new DataLoader<Tensor>(Ten, numWorkers: 1, prefetchFactor: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("prefetchFactor is 0: a worker makes at least 1 batch ahead of the loop. (Parameter 'prefetchFactor')"));
        Assert.That(() => new DataLoader<Tensor>(Ten, numWorkers: 1, timeout: TimeSpan.Zero),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("timeout is 00:00:00: it must be longer than nothing; leave it out to wait for ever. (Parameter 'timeout')"));
    }

    [Test, TimeLimit(120)]
    public void The_prefetch_factor_bounds_how_far_workers_run_ahead([Values(1, 3)] int prefetchFactor)
    {
        var read = 0;
        var data = new DelegateDataset<long>(100, i => i + (0 * Interlocked.Increment(ref read)));
        using var loader = new DataLoader<Tensor>(data, numWorkers: 2, prefetchFactor: prefetchFactor);
        using var batches = loader.GetEnumerator();
        batches.MoveNext();

        Assert.That(() => Volatile.Read(ref read), Is.EqualTo(1 + (2 * prefetchFactor)).After(5_000, 5));
        Thread.Sleep(50);
        Assert.That(Volatile.Read(ref read), Is.EqualTo(1 + (2 * prefetchFactor)));
    }

    [Test, TimeLimit(120)]
    public void Workers_begin_with_workerInit_and_persist_when_asked([Values] bool persistent)
    {
        var begun = new ConcurrentBag<(int Number, int Thread)>();
        var read = new ConcurrentBag<int>();
        var data = new DelegateDataset<long>(10, i =>
        {
            read.Add(Environment.CurrentManagedThreadId);
            return i;
        });
        var loader = new DataLoader<Tensor>(
            data, numWorkers: 3, persistentWorkers: persistent, workerInit: number => begun.Add((number, Environment.CurrentManagedThreadId)));

        for (var epoch = 0; epoch < 4; epoch++)
        {
            Assert.That(Values(loader), Is.EqualTo(Enumerable.Range(0, 10)));
        }

        Assert.That(() => begun.Count, Is.EqualTo(persistent ? 3 : 12).After(5000, 5));
        Assert.That(begun.Select(b => b.Number).Distinct().Order(), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(read.Distinct(), Is.SubsetOf(begun.Select(b => b.Thread)));
        loader.Dispose();
    }

    [Test, TimeLimit(120)]
    public void Persistent_workers_end_with_the_loader_even_if_it_is_dropped()
    {
        var threads = new ConcurrentBag<Thread>();
        Use();

        Assert.That(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return threads.Count(t => t.IsAlive);
            },
            Is.Zero.After(10_000, 20));

        void Use() => Assert.That(
            Values(new DataLoader<Tensor>(Ten, numWorkers: 2, persistentWorkers: true, workerInit: _ => threads.Add(Thread.CurrentThread))),
            Has.Count.EqualTo(10));
    }

    [Test, TimeLimit(120)]
    public void Two_loops_at_once_share_persistent_workers()
    {
        using var loader = new DataLoader<Tensor>(Ten, numWorkers: 1, persistentWorkers: true);
        using var first = loader.GetEnumerator();
        using var second = loader.GetEnumerator();

        for (var i = 0; i < 10; i++)
        {
            Assert.That(first.MoveNext() && second.MoveNext(), Is.True);
            Assert.That((first.Current.item<long>(), second.Current.item<long>()), Is.EqualTo(((long)i, (long)i)));
        }
    }

    [Test, TimeLimit(120)]
    public void What_workerInit_throws_reaches_the_loop()
    {
        using var loader = new DataLoader<Tensor>(Ten, numWorkers: 2, workerInit: _ => throw new FormatException("no"));

        var exception = Assert.Throws<DataLoaderException>(() => Values(loader));
        Assert.That(exception.Message, Is.EqualTo(
            "workerInit failed. FormatException: no. It runs once in each worker before the first sample; InnerException has the line."));
        Assert.That(exception.SampleIndex, Is.EqualTo(-1));
    }

    [Test, TimeLimit(120)]
    public void Out_of_order_a_slow_sample_holds_nobody_up()
    {
        using var release = new ManualResetEventSlim();
        var data = new DelegateDataset<long>(4, i =>
        {
            if (i == 0)
            {
                release.Wait(10_000);
            }

            return i;
        });
        using var loader = new DataLoader<Tensor>(data, numWorkers: 2, inOrder: false);
        var values = new List<long>();

        foreach (var batch in loader)
        {
            values.Add(batch.item<long>());

            if (values.Count == 3)
            {
                release.Set();
            }
        }

        Assert.That(values[3], Is.Zero);
        Assert.That(values.Order(), Is.EqualTo(new long[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void The_device_is_where_the_batches_are([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<Tensor>(Ten, batchSize: 4, numWorkers: numWorkers, device: cuda.is_available() ? CUDA : CPU);

        foreach (var batch in loader)
        {
            Assert.That(batch.device_type, Is.EqualTo(cuda.is_available() ? TorchSharp.DeviceType.CUDA : TorchSharp.DeviceType.CPU));
        }
    }

    private static List<long> Values(DataLoader<Tensor> loader) => [.. loader.SelectMany(batch => batch.data<long>().ToArray())];

    private sealed class Backwards : Sampler
    {
        public override long Count => 3;

        public override long[] Order(long seed, long epoch) => [8 + epoch, 7 + epoch, 6 + epoch];
    }

    private sealed class Triangles : BatchSampler
    {
        public override int Count => 3;

        public override IReadOnlyList<long[]> Batches(long seed, long epoch) => [[0], [1, 2], [3, 4, 5]];
    }
}
