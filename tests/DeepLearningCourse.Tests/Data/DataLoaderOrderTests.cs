using System.Security.Cryptography;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderOrderTests : TensorTest
{
    [Test]
    public void Each_index_appears_once_per_epoch()
    {
        foreach (var (samples, batchSize, numWorkers, dropLast, shuffle) in
            from samples in new[] { 1, 2, 7, 32, 101 }
            from batchSize in new[] { 1, 3, 32, 200 }
            from numWorkers in new[] { 0, 1, 3, 8 }
            from dropLast in new[] { false, true }
            from shuffle in new[] { false, true }
            where !dropLast || samples >= batchSize
            select (samples, batchSize, numWorkers, dropLast, shuffle))
        {
            var about = $"{samples} samples, batchSize {batchSize}, numWorkers {numWorkers}, dropLast {dropLast}, shuffle {shuffle}";
            using var loader = Loader(samples, batchSize, shuffle, numWorkers, dropLast);
            using var plain = Loader(samples, batchSize, shuffle, 0, dropLast);

            var batches = Epoch(loader);

            var full = samples / batchSize;
            var rest = samples % batchSize;
            var sizes = Enumerable.Repeat(batchSize, full).Concat(rest > 0 && !dropLast ? [rest] : []);
            Assert.That(batches.Select(batch => batch.Length), Is.EqualTo(sizes), about);
            Assert.That(loader, Has.Count.EqualTo(batches.Count), about);
            var indices = batches.SelectMany(batch => batch).ToArray();
            Assert.That(indices, Is.Unique.And.All.InRange(0, samples - 1), about);
            Assert.That(batches, Is.EqualTo(Epoch(plain)), about);

            if (!shuffle)
            {
                Assert.That(indices, Is.EqualTo(Enumerable.Range(0, indices.Length).Select(i => (long)i)), about);
            }
        }
    }

    [Test]
    public void Three_shuffled_epochs_are_the_same_bits_whatever_the_workers()
    {
        var hashes = new[] { 0, 1, 2, 4, 8 }.Select(Hash).ToArray();

        Assert.That(hashes.Distinct(), Has.Exactly(1).Items);

        static string Hash(int numWorkers)
        {
            using var scope = NewDisposeScope();
            var dataset = new DelegateDataset<(Tensor, Tensor)>(97, i => (sin(arange(i, i + 5, float32)), tensor(i)));
            using var loader = new DataLoader<(Tensor, Tensor)>(dataset, batchSize: 8, shuffle: true, numWorkers: numWorkers, seed: 42);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

            for (var epoch = 0; epoch < 3; epoch++)
            {
                foreach (var (X, y) in loader)
                {
                    hash.AppendData(X.bytes);
                    hash.AppendData(y.bytes);
                }
            }

            return Convert.ToHexString(hash.GetHashAndReset());
        }
    }

    [Test]
    public void The_order_of_a_seed_never_changes()
    {
        using var loader = Loader(10, 10, shuffle: true);

        Assert.That(Epoch(loader)[0], Is.EqualTo(new long[] { 8, 1, 9, 2, 6, 0, 4, 5, 3, 7 }));
        Assert.That(Epoch(loader)[0], Is.EqualTo(new long[] { 6, 9, 3, 4, 8, 7, 2, 0, 1, 5 }));
    }

    [Test]
    public void Every_epoch_has_an_order_of_its_own()
    {
        using var loader = Loader(50, 50, shuffle: true);

        var orders = Enumerable.Range(0, 20).Select(_ => string.Join(" ", Epoch(loader)[0])).ToArray();

        Assert.That(orders, Is.Unique);
    }

    [Test]
    public void Setting_the_epoch_resumes_a_run([Values(0, 2)] int numWorkers)
    {
        using var first = Loader(20, 4, shuffle: true);
        Epoch(first);
        Epoch(first);
        var third = Epoch(first);
        using var resumed = Loader(20, 4, shuffle: true, numWorkers);

        resumed.Epoch = 2;

        Assert.That(Epoch(resumed), Is.EqualTo(third));
        Assert.That(resumed.Epoch, Is.EqualTo(3));
    }

    [Test]
    public void A_loop_that_ends_early_counts_as_an_epoch()
    {
        using var loader = Loader(20, 4, shuffle: true);

        foreach (var _ in loader)
        {
            break;
        }

        Assert.That(loader.Epoch, Is.EqualTo(1));
    }

    [Test]
    public void Without_a_seed_manual_seed_decides()
    {
        manual_seed(5);
        using var first = new DataLoader<Tensor>(Numbers(30), 30, shuffle: true);
        using var second = new DataLoader<Tensor>(Numbers(30), 30, shuffle: true);
        manual_seed(5);
        using var again = new DataLoader<Tensor>(Numbers(30), 30, shuffle: true, numWorkers: 2);

        Assert.That(again.Seed, Is.EqualTo(first.Seed));
        Assert.That(second.Seed, Is.Not.EqualTo(first.Seed));
        Assert.That(Epoch(again), Is.EqualTo(Epoch(first)));
    }

    [Test]
    public void With_a_seed_torchs_generator_is_left_alone()
    {
        manual_seed(5);
        var expected = rand(1).item<float>();
        manual_seed(5);

        using var loader = Loader(30, 3, shuffle: true);
        Epoch(loader);

        Assert.That(rand(1).item<float>(), Is.EqualTo(expected));
    }

    [Test]
    public void Two_loops_at_once_are_two_epochs([Values(0, 2)] int numWorkers)
    {
        using var loader = Loader(12, 2, shuffle: true, numWorkers);
        using var plain = Loader(12, 2, shuffle: true);
        var (expectedOuter, expectedInner) = (Epoch(plain), Epoch(plain));

        using var outer = loader.GetEnumerator();
        using var inner = loader.GetEnumerator();
        var (outerBatches, innerBatches) = (new List<long[]>(), new List<long[]>());

        while (outer.MoveNext() && inner.MoveNext())
        {
            outerBatches.Add(outer.Current.data<long>().ToArray());
            innerBatches.Add(inner.Current.data<long>().ToArray());
        }

        Assert.That(outerBatches, Is.EqualTo(expectedOuter));
        Assert.That(innerBatches, Is.EqualTo(expectedInner));
    }

    private static DelegateDataset<Tensor> Numbers(int samples) => new(samples, i => tensor(i));

    private static DataLoader<Tensor> Loader(int samples, int batchSize, bool shuffle, int numWorkers = 0, bool dropLast = false) =>
        new(Numbers(samples), batchSize, shuffle, numWorkers: numWorkers, dropLast: dropLast, seed: 42);

    private static List<long[]> Epoch(DataLoader<Tensor> loader)
    {
        var batches = new List<long[]>();

        foreach (var batch in loader)
        {
            batches.Add(batch.data<long>().ToArray());
        }

        return batches;
    }
}
