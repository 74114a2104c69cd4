using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class CombinatorTests : TensorTest
{
    private static readonly Dataset<long> Ten = Enumerable.Range(0, 10).Select(i => (long)i).ToList().ToDataset();

    [Test]
    public void A_list_is_a_dataset()
    {
        Assert.That(All(Ten), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(() => Ten[10], Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("There is no sample 10: the list has 10, numbered from 0 to 9."));
    }

    [Test]
    public void Datasets_stand_end_to_end()
    {
        var all = Ten.Concat(new List<long>().ToDataset(), new long[] { 100, 101 }.ToDataset());

        Assert.That(All(all), Is.EqualTo(Enumerable.Range(0, 10).Concat([100, 101])));
        Assert.That(() => all[12], Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("There is no sample 12: the datasets together have 12, numbered from 0 to 11."));
        Assert.That(() => all[-1],
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("There is no sample -1: the datasets together have 12, numbered from 0 to 11. (Parameter 'index')"));
    }

    [Test]
    public void Map_makes_other_samples_and_keeps_the_cause_of_an_error()
    {
        var text = Ten.Map(i => i == 7 ? throw new FormatException("seven") : $"<{i}>");
        using var loader = new DataLoader<string[]>(text, batchSize: 5);

        Assert.That(text[3], Is.EqualTo("<3>"));
        Assert.That(
            () => loader.Count(_ => true),
            Throws.TypeOf<DataLoaderException>().With.Property("SampleIndex").EqualTo(7).And.InnerException.TypeOf<FormatException>());
    }

    [Test]
    public void Map_draws_random_numbers_that_belong_to_the_sample()
    {
        string Hash(int workers, Dataset<double> data)
        {
            using var loader = new DataLoader<Tensor>(data, batchSize: 3, shuffle: true, numWorkers: workers, seed: 4);
            return string.Concat(Enumerable.Range(0, 2).Select(_ => BatchHash.Of(loader)));
        }

        var noisy = Ten.Map((i, random) => i + random.NextDouble());
        var expected = Hash(0, noisy);

        Assert.That(new[] { 1, 2, 4 }.Select(workers => Hash(workers, noisy)), Is.All.EqualTo(expected));
    }

    [Test]
    public void Splits_of_datasets_are_subsets_that_cover_it()
    {
        var labels = tensor(new long[] { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1 });
        var parts = Ten.RandomSplit([0.7, 0.3], seed: 1);
        var (train, test) = Ten.StratifiedSplit(labels, 0.5, seed: 1);
        var folds = Ten.KFold(5, seed: 1);
        var stratified = Ten.StratifiedKFold(labels, 2);

        Assert.That(parts.SelectMany(All).Order(), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(parts.Select(p => p.Count), Is.EqualTo(new[] { 7, 3 }));
        Assert.That(All(train).Concat(All(test)).Order(), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(All(test).Count(i => i < 6), Is.EqualTo(3));
        Assert.That(folds.SelectMany(f => All(f.Test)).Order(), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(stratified.Select(f => All(f.Test)), Is.EqualTo(new[] { new long[] { 0, 1, 2, 6, 7 }, [3, 4, 5, 8, 9] }));
        Assert.That(() => Ten.KFold(11),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("folds is 11: there must be at least 2, and at most one for each of the 10 rows. (Parameter 'folds')"));
        Assert.That(() => Ten.StratifiedSplit(zeros(9), 0.5, 1), Throws.ArgumentException.With.Message.EqualTo(
            "labels is [9] and the dataset has 10 samples: give the class of each sample."));
        Assert.That(Ten.Subset([3, 1])[1], Is.EqualTo(1));
    }

    [Test]
    public void A_streams_Map_runs_in_all_workers_at_once()
    {
        using var everybody = new Barrier(3);
        var stream = new DelegateStream<long>(1, _ => [0, 1, 2]).Map(i =>
        {
            Assert.That(everybody.SignalAndWait(10_000), Is.True, "three workers, three samples of one shard at once");
            return i * 10;
        });
        using var loader = new DataLoader<Tensor>(stream, numWorkers: 3);

        Assert.That(loader.Select(b => b.item<long>()).ToList(), Is.EqualTo(new long[] { 0, 10, 20 }));
        Assert.That(new DelegateStream<long>(1, _ => [1, 2]).Map(i => -i).Read(new Shard(0, 1, 0, 0)), Is.EqualTo(new long[] { -1, -2 }));
    }

    [Test]
    public void A_stream_is_mixed_anew_each_epoch_and_loses_nothing([Values(1, 5, 100)] int bufferSize)
    {
        List<long> Epoch(int workers, long epoch)
        {
            var stream = new DelegateStream<long>(2, shard => Enumerable.Range(0, 20).Select(i => (100L * shard.Index) + i)).Shuffle(bufferSize).Map(i => i + 1);
            using var loader = new DataLoader<Tensor>(stream, batchSize: 3, numWorkers: workers, seed: 8) { Epoch = epoch };
            return [.. loader.SelectMany(b => b.data<long>().ToArray())];
        }

        var first = Epoch(0, 0);
        Assert.That(first.Order(), Is.EqualTo(Enumerable.Range(1, 20).Concat(Enumerable.Range(101, 20))));
        Assert.That(Epoch(4, 0), Is.EqualTo(first));
        Assert.That(Epoch(0, 1), bufferSize == 1 ? Is.EqualTo(first) : Is.Not.EqualTo(first));
        Assert.That(() => new DelegateStream<long>(1, _ => []).Shuffle(0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("bufferSize is 0: a buffer holds at least 1 sample. (Parameter 'bufferSize')"));
    }

    [Test]
    public void A_stream_can_be_cut_short()
    {
        using var loader = new DataLoader<Tensor>(new DelegateStream<long>(2, shard => Enumerable.Range(0, 20).Select(i => (100L * shard.Index) + i)).Take(3), batchSize: 2);

        Assert.That(loader.SelectMany(b => b.data<long>().ToArray()), Is.EqualTo(new long[] { 0, 1, 100, 101, 2, 102 }));
        Assert.That(() => new DelegateStream<long>(1, _ => []).Take(-1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("perShard is -1: it cannot be negative. (Parameter 'perShard')"));
    }

    private static List<TSample> All<TSample>(Dataset<TSample> data) => [.. Enumerable.Range(0, (int)data.Count).Select(i => data[i])];
}
