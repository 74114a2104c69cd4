using System.Text.Json;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class SamplerTests : TensorTest
{
    private static IEnumerable<TestCaseData> DistributedCases() =>
        Reference.Splits.GetProperty("distributed").EnumerateArray().Select(c => new TestCaseData(
            c.GetProperty("count").GetInt64(), c.GetProperty("size").GetInt32(), c.GetProperty("rank").GetInt32(), c.GetProperty("dropLast").GetBoolean(),
            c.GetProperty("order").Deserialize<long[]>()));

    [TestCaseSource(nameof(DistributedCases))]
    public void Processes_divide_the_samples_as_in_PyTorch(long count, int size, int rank, bool dropLast, long[] order)
    {
        var sampler = new DistributedSampler(count, size, rank, shuffle: false, dropLast);

        Assert.That(sampler.Order(1, 2), Is.EqualTo(order));
        Assert.That(sampler.Count, Is.EqualTo(order.Length));
    }

    [Test]
    public void Processes_divide_one_random_order_a_new_one_each_epoch()
    {
        long[] Epoch(long epoch) => [.. Enumerable.Range(0, 3).SelectMany(rank => new DistributedSampler(10, 3, rank).Order(5, epoch))];

        Assert.That(Epoch(0).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(Epoch(0), Has.Length.EqualTo(12));
        Assert.That(Epoch(1), Is.Not.EqualTo(Epoch(0)));
    }

    [Test]
    public void A_random_sampler_is_the_loaders_shuffle()
    {
        var data = new DelegateDataset<long>(20, i => i);
        using var shuffled = new DataLoader<Tensor>(data, batchSize: 20, shuffle: true, seed: 9);
        using var sampled = new DataLoader<Tensor>(data, batchSize: 20, sampler: new RandomSampler(20), seed: 9);

        Assert.That(BatchHash.Of(sampled), Is.EqualTo(BatchHash.Of(shuffled)));
    }

    [Test]
    public void More_samples_than_there_are_begin_a_new_permutation()
    {
        var order = new RandomSampler(7, numSamples: 17).Order(1, 0);

        Assert.That(order, Has.Length.EqualTo(17));
        Assert.That(order[..7].Order(), Is.EqualTo(Enumerable.Range(0, 7)));
        Assert.That(order[7..14].Order(), Is.EqualTo(Enumerable.Range(0, 7)));
        Assert.That(order[14..], Is.Unique);
        Assert.That(new RandomSampler(7, numSamples: 3).Order(1, 0), Is.Unique.And.Length.EqualTo(3));
    }

    [Test]
    public void With_replacement_samples_are_drawn_evenly()
    {
        var order = new RandomSampler(10, replacement: true, numSamples: 100_000).Order(3, 0);

        // Chi-squared with 9 degrees of freedom is below 33.7 in 9999 of 10000 cases.
        Assert.That(order.CountBy(i => i).Sum(c => Math.Pow(c.Value - 10_000, 2) / 10_000), Is.LessThan(33.7));
    }

    [TestCase(1L, 17L), TestCase(3L, 60_000L), TestCase(-9L, 1L), TestCase(123_456_789L, 4_000_000_007L)]
    public void Draws_are_those_of_one_generator_after_the_other(long seed, long count)
    {
        var random = SplitMix64.Keyed(seed, 2);
        long[] expected = [.. Enumerable.Range(0, 5000).Select(_ => random.Below(count))];

        var order = new RandomSampler(count, replacement: true, numSamples: 5000).Order(seed, 2);

        Assert.That(order, Is.EqualTo(expected));
    }

    [Test]
    public void Weighted_draws_are_those_of_one_generator_after_the_other()
    {
        double[] weights = [0.5, 0, 2, 1, 0];
        SampleRandom random = new(6, 3, -1);
        double[] sums = [0.5, 0.5, 2.5, 3.5, 3.5];
        long[] expected = [.. Enumerable.Range(0, 5000).Select(_ => random.NextDouble() * 3.5).Select(number => (long)Array.FindIndex(sums, sum => sum > number))];

        Assert.That(new WeightedRandomSampler(weights, 5000).Order(6, 3), Is.EqualTo(expected));
    }

    [Test]
    public void A_new_permutation_is_a_shuffle_of_the_one_before()
    {
        var random = SplitMix64.Keyed(1, 4);
        long[] all = [.. Enumerable.Range(0, 7).Select(i => (long)i)];
        List<long> expected = [];

        for (var i = 0; i < 5; i++)
        {
            random.Shuffle(all);
            expected.AddRange(all);
        }

        Assert.That(new RandomSampler(7, numSamples: 31).Order(1, 4), Is.EqualTo(expected[..31]));
    }

    [Test]
    public void Permutations_may_be_gone_through_again()
    {
        RepeatedPermutations permutations = new(7, 1, 4);
        var (first, later, again) = (new long[10], new long[10], new long[10]);
        permutations.Read(0, first);
        permutations.Read(30, later);
        permutations.Read(0, again);

        Assert.That(again, Is.EqualTo(first));
        Assert.That(later, Is.EqualTo(new RandomSampler(7, numSamples: 40).Order(1, 4)[30..]));
    }

    [Test]
    public void A_loader_draws_the_order_that_the_sampler_gives_batch_by_batch([Values("replacement", "repeated", "weighted", "distributed", "sequential")] string kind, [Values(0, 3)] int workers)
    {
        Sampler sampler = kind switch
        {
            "replacement" => new RandomSampler(10, replacement: true, numSamples: 97),
            "repeated" => new RandomSampler(10, numSamples: 97),
            "weighted" => new WeightedRandomSampler([.. Enumerable.Range(0, 10).Select(i => i / 3.0)], 97),
            "distributed" => new DistributedSampler(10, 3, 1, shuffle: false),
            _ => new SequentialSampler(10),
        };
        using DataLoader<Tensor> loader = new(new DelegateDataset<long>(10, i => i), batchSize: 4, sampler: sampler, numWorkers: workers, seed: 8);

        foreach (var epoch in Enumerable.Range(0, 2))
        {
            Assert.That(loader.SelectMany(batch => batch.data<long>().ToArray()), Is.EqualTo(sampler.Order(8, epoch)));
        }

        loader.Restore(new DataLoaderState(8, 1, 1));
        Assert.That(loader.SelectMany(batch => batch.data<long>().ToArray()), Is.EqualTo(sampler.Order(8, 1)[4..]));
    }

    [Test]
    public void Ten_thousand_million_samples_begin_at_once([Values("replacement", "repeated", "weighted")] string kind, [Values(0, 2)] int workers)
    {
        const long Many = 10_000_000_000;
        Sampler sampler = kind switch
        {
            "replacement" => new RandomSampler(10, replacement: true, numSamples: Many),
            "repeated" => new RandomSampler(10, numSamples: Many),
            _ => new WeightedRandomSampler([1, 2, 3], Many),
        };
        using DataLoader<Tensor> loader = new(new DelegateDataset<long>(10, i => i), batchSize: 64, sampler: sampler, numWorkers: workers, seed: 8);
        var before = GC.GetTotalAllocatedBytes();

        var firsts = loader.Take(3).Select(batch => batch.shape[0]).ToArray();

        Assert.That(firsts, Is.All.EqualTo(64));
        Assert.That(loader.Count, Is.EqualTo(Many / 64));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(10_000_000), "bytes; the whole order has 80,000,000,000");
        Assert.That(() => sampler.Order(8, 0), Throws.InvalidOperationException.With.Message.EqualTo(
            $"{sampler.GetType().Name} takes 10000000000 samples in an epoch, and an array has room for 2147483591. Give the sampler to a DataLoader, which draws an order with "
            + "replacement where it needs it; other orders have to fit in memory."));
    }

    [Test]
    public void A_run_goes_on_late_in_a_long_order_at_once()
    {
        using DataLoader<Tensor> loader = new(
            new DelegateDataset<long>(1000, i => i), batchSize: 64, sampler: new RandomSampler(1000, replacement: true, numSamples: 10_000_000_000), seed: 8);
        loader.Restore(new DataLoaderState(8, 0, 156_249_999));

        Assert.That(loader.Select(batch => batch.shape[0]), Is.EqualTo(new[] { 64L }));
    }

    [Test]
    public void More_batches_than_an_int_counts_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new DataLoader<Tensor>(
            new DelegateDataset<long>(10, i => i), batchSize: 2, sampler: new RandomSampler(10, replacement: true, numSamples: 10_000_000_000)));

        Assert.That(error!.Message, Is.EqualTo(
            "An epoch of 10000000000 samples has 5000000000 batches of 2, and a loader counts up to 2147483647. Use a larger batchSize, or fewer samples to an epoch."));
    }

    [Test]
    public void A_sampler_of_a_larger_dataset_is_refused() =>
        Assert.That(
            () =>
            {
                using DataLoader<Tensor> loader = new(new DelegateDataset<long>(10, i => i), batchSize: 2, sampler: new RandomSampler(11, replacement: true));
                return loader.ToList();
            },
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
                "RandomSampler asked for sample 10: the dataset has 10, numbered from 0 to 9. Was the sampler made for another dataset?"));

    [Test]
    public void A_batch_size_for_everything_may_be_as_large_as_one_likes()
    {
        Assert.That(new StratifiedBatchSampler(tensor(new long[] { 0, 1, 1 }), int.MaxValue).Batches(1, 0).Single(), Has.Length.EqualTo(3));
        Assert.That(new BucketBatchSampler([4, 2, 9], int.MaxValue, poolBatches: int.MaxValue).Batches(1, 0).Single(), Has.Length.EqualTo(3));
        Assert.That(new BucketBatchSampler([4, 2, 9], int.MaxValue, dropLast: true).Count, Is.Zero);
    }

    [Test]
    public void A_subset_comes_once_in_random_order()
    {
        var sampler = new SubsetRandomSampler([3, 5, 8, 13, 21]);

        Assert.That(sampler.Order(1, 0).Order(), Is.EqualTo(new long[] { 3, 5, 8, 13, 21 }));
        Assert.That(Enumerable.Range(0, 20).Select(e => string.Join(' ', sampler.Order(1, e))).Distinct().Count(), Is.GreaterThan(10));
    }

    [Test]
    public void Weights_say_how_often_a_sample_comes([Values(0, 4)] int zeroAt)
    {
        double[] weights = [1, 2, 3, 4, 5];
        weights[zeroAt] = 0;
        var order = new WeightedRandomSampler(weights, 100_000).Order(3, 0);
        var counts = weights.Select((_, i) => order.Count(o => o == i)).ToArray();
        var expected = weights.Select(w => 100_000 * w / weights.Sum()).ToArray();

        Assert.That(counts[zeroAt], Is.Zero);

        // Chi-squared with 3 degrees of freedom is below 21.1 in 9999 of 10000 cases.
        Assert.That(counts.Zip(expected).Where(p => p.Second > 0).Sum(p => Math.Pow(p.First - p.Second, 2) / p.Second), Is.LessThan(21.1));
    }

    [Test]
    public void Without_replacement_heavy_samples_come_first_and_each_once()
    {
        var sampler = new WeightedRandomSampler([1, 1, 8, 0], numSamples: 3, replacement: false);
        var firsts = Enumerable.Range(0, 20_000).Select(epoch => sampler.Order(1, epoch)).ToList();

        Assert.That(firsts.Take(100), Is.All.Unique.And.All.Not.Contains(3));
        Assert.That(firsts.Count(order => order[0] == 2) / 20_000.0, Is.EqualTo(0.8).Within(0.015));
    }

    [Test]
    public void Weights_that_make_no_sense_are_refused()
    {
        Assert.That(() => new WeightedRandomSampler([1, -1], 1), Throws.ArgumentException.With.Message.EqualTo("The weight of sample 1 is -1: weights are finite and not negative."));
        Assert.That(() => new WeightedRandomSampler([double.NaN], 1),
            Throws.ArgumentException.With.Message.EqualTo("The weight of sample 0 is NaN: weights are finite and not negative."));
        Assert.That(() => new WeightedRandomSampler([0, 0], 1), Throws.ArgumentException.With.Message.EqualTo("0 of 2 weights are above 0, and an epoch takes 1 samples."));
        Assert.That(() => new WeightedRandomSampler([1, 0], 2, replacement: false), Throws.ArgumentException.With.Message.EqualTo(
            "1 of 2 weights are above 0, and an epoch takes 2 samples, each once at most. Use replacement: true, or fewer numSamples."));
        Assert.That(() => new WeightedRandomSampler([1], 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("numSamples is 0: an epoch takes at least 1 sample. (Parameter 'numSamples')"));
    }

    [Test]
    public void Stratified_batches_have_each_class_in_its_proportion([Values(4, 10, 16)] int batchSize, [Values] bool dropLast)
    {
        // 60 of class 0, 30 of class 1, 10 of class 2.
        long[] labels = [.. Enumerable.Range(0, 100).Select(i => i % 10 == 9 ? 2L : i % 10 >= 6 ? 1 : 0)];
        var sampler = new StratifiedBatchSampler(tensor(labels), batchSize, dropLast);
        var batches = sampler.Batches(1, 0);

        Assert.That(batches, Has.Count.EqualTo(sampler.Count));
        Assert.That(batches.SelectMany(b => b), Is.Unique);
        Assert.That(batches.Sum(b => b.Length), Is.EqualTo(dropLast ? 100 / batchSize * batchSize : 100));

        foreach (var batch in batches.Where(b => b.Length == batchSize))
        {
            Assert.That(batch.Count(i => labels[i] == 0), Is.EqualTo(0.6 * batchSize).Within(1.99));
            Assert.That(batch.Count(i => labels[i] == 2), Is.EqualTo(0.1 * batchSize).Within(1.01));
        }

        Assert.That(sampler.Batches(1, 1).SelectMany(b => b), Is.Not.EqualTo(batches.SelectMany(b => b)));
        Assert.That(sampler.Batches(1, 0).SelectMany(b => b), Is.EqualTo(batches.SelectMany(b => b)));
    }

    [Test]
    public void Buckets_hold_sequences_of_like_length_and_waste_little()
    {
        var random = new Random(1);
        long[] lengths = [.. Enumerable.Range(0, 1000).Select(_ => (long)random.Next(1, 100))];
        var batches = new BucketBatchSampler(lengths, 16, poolBatches: 10).Batches(3, 0);
        var randomBatches = SplitMix64.Permutation(1000, 3, 0).Chunk(16).ToList();

        Assert.That(batches.SelectMany(b => b).Order(), Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(batches.Count(b => b.Length < 16), Is.EqualTo(1));
        Assert.That(Waste(batches), Is.LessThan(0.15));
        Assert.That(Waste(randomBatches), Is.GreaterThan(0.4));
        Assert.That(batches.Select(b => lengths[b[0]]).ToArray(), Is.Not.Ordered, "the batches are mixed");

        double Waste(IEnumerable<long[]> all) => all.Sum(b => b.Sum(i => b.Max(j => lengths[j]) - lengths[i])) / (double)all.Sum(b => b.Length * b.Max(j => lengths[j]));
    }

    [Test]
    public void Buckets_in_order_go_from_short_to_long()
    {
        var sampler = new BucketBatchSampler([5, 1, 4, 2, 3], 2, shuffle: false);

        Assert.That(sampler.Batches(1, 0), Is.EqualTo(new[] { new long[] { 1, 3 }, [4, 2], [0] }));
        Assert.That(new BucketBatchSampler([5, 1, 4, 2, 3], 2, shuffle: false, dropLast: true).Batches(1, 0), Has.Count.EqualTo(2));
    }

    [Test]
    public void Arguments_that_make_no_sense_are_refused()
    {
        Assert.That(() => new DistributedSampler(10, 2, 2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "rank is 2: the 2 processes are numbered from 0 to 1."));
        Assert.That(() => new DistributedSampler(0, 2, 1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("count is 0: there must be at least 1 sample to divide. (Parameter 'count')"));
        Assert.That(() => new DistributedSampler(5, 0, 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("size is 0: there is at least 1 process. (Parameter 'size')"));
        Assert.That(() => new RandomSampler(0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("count is 0: there must be at least 1 sample to take at random. (Parameter 'count')"));
        Assert.That(() => new RandomSampler(5, numSamples: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("numSamples is 0: an epoch takes at least 1 sample. (Parameter 'numSamples')"));
        Assert.That(() => new SequentialSampler(-1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("count is -1: a dataset has at least 0 samples. (Parameter 'count')"));
        Assert.That(() => new StratifiedBatchSampler(zeros(3, 1), 2),
            Throws.ArgumentException.With.Message.EqualTo("labels is [3, 1] and must be [rows], one class number for each row. Use squeeze(1) on [rows, 1], or argmax(1) on one-hot labels."));
        Assert.That(() => new StratifiedBatchSampler(zeros(0), 2),
            Throws.ArgumentException.With.Message.EqualTo("labels has no rows: there must be at least 1 sample to make batches of. (Parameter 'labels')"));
        Assert.That(() => new StratifiedBatchSampler(zeros(3), 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("batchSize is 0: a batch needs at least 1 sample. (Parameter 'batchSize')"));
        Assert.That(() => new BucketBatchSampler([1, -2], 2), Throws.ArgumentException.With.Message.StartsWith("The length of sample 1 is -2: lengths are not negative."));
        Assert.That(() => new BucketBatchSampler([], 2),
            Throws.ArgumentException.With.Message.EqualTo("There are no lengths: there must be at least 1 sample to make batches of. (Parameter 'lengths')"));
        Assert.That(() => new BucketBatchSampler([1], 1, poolBatches: 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("poolBatches is 0: a pool has at least 1 batch. (Parameter 'poolBatches')"));
    }
}
