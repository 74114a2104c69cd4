using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class SampleRandomTests : TensorTest
{
    [Test]
    public void Three_augmented_epochs_are_the_same_bits_whatever_the_workers()
    {
        string Hash(int numWorkers)
        {
            var data = new DelegateDataset<(Tensor, Tensor)>(50, i =>
            {
                var random = SampleRandom.Current;
                var noise = randn(4, generator: random.Generator);
                return (noise + random.NextSingle(), tensor(random.Next(100) + i));
            });
            using var loader = new DataLoader<(Tensor, Tensor)>(data, batchSize: 8, shuffle: true, numWorkers: numWorkers, seed: 7);
            return BatchHash.Of(loader, epochs: 3);
        }

        var expected = Hash(0);

        Assert.That(new[] { 1, 2, 4, 8 }.Select(Hash), Is.All.EqualTo(expected));
    }

    [Test]
    public void A_sample_is_another_in_another_epoch_and_with_another_seed()
    {
        static double[] Draw(long seed, long epoch, long index)
        {
            var random = new SampleRandom(seed, epoch, index);
            return [random.NextDouble(), random.NextDouble()];
        }

        double[][] all = [Draw(1, 1, 1), Draw(2, 1, 1), Draw(1, 2, 1), Draw(1, 1, 2), Draw(1, 1, -1)];

        Assert.That(Draw(1, 1, 1), Is.EqualTo(all[0]));
        Assert.That(all.SelectMany(d => d).Distinct().Count(), Is.EqualTo(10));
    }

    [Test]
    public void Spans_and_tensors_draw_the_same_numbers()
    {
        using var direct = new DataLoader<(Tensor features, Tensor target)>(new Noise(12), batchSize: 5, shuffle: true, seed: 3);
        using var stacked = new DataLoader<(Tensor features, Tensor target)>(
            new DelegateDataset<(Tensor, Tensor)>(12, i => new Noise(12)[i]), batchSize: 5, shuffle: true, numWorkers: 2, seed: 3);
        using var subset = new DataLoader<(Tensor features, Tensor target)>(
            new Subset<(Tensor features, Tensor target)>(new Noise(20), [.. Enumerable.Range(0, 12).Select(i => (long)i)]), batchSize: 5, shuffle: true, seed: 3);

        var expected = BatchHash.Of(direct.Select(b => b.features));
        Assert.That(BatchHash.Of(stacked.Select(b => b.features)), Is.EqualTo(expected));
        Assert.That(BatchHash.Of(subset.Select(b => b.features)), Is.EqualTo(expected));
    }

    [Test]
    public void Numbers_stay_in_their_ranges_and_are_spread_evenly()
    {
        var random = new SampleRandom(1, 2, 3);
        var counts = new int[10];
        var (sum, squares) = (0.0, 0.0);
        var bytes = new byte[1000];
        random.NextBytes(bytes);

        for (var i = 0; i < 100_000; i++)
        {
            counts[random.Next(5, 15) - 5]++;
            var gaussian = random.NextGaussian();
            (sum, squares) = (sum + gaussian, squares + (gaussian * gaussian));
            Assert.That(random.NextSingle(), Is.InRange(0f, 0.9999999f));
            Assert.That(random.NextDouble(), Is.InRange(0.0, 0.9999999999999999));
        }

        // Chi-squared with 9 degrees of freedom is below 33.7 in 9999 of 10000 cases.
        Assert.That(counts.Sum(c => Math.Pow(c - 10_000, 2) / 10_000), Is.LessThan(33.7));
        Assert.That(sum / 100_000, Is.EqualTo(0).Within(0.02));
        Assert.That(squares / 100_000, Is.EqualTo(1).Within(0.03));
        Assert.That(bytes.Distinct().Count(), Is.GreaterThan(200));
        Assert.That(Enumerable.Range(0, 100).Select(_ => random.NextInt64(long.MinValue, long.MaxValue)), Is.Unique);
        Assert.That(random.Next(4, 4), Is.EqualTo(4));
        Assert.That(() => random.Next(4, 3),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("minValue is 4 and maxValue 3: the first may not be the larger. (Parameter 'minValue')"));
        Assert.That(random.Next(), Is.Not.Negative);
    }

    [Test]
    public void Outside_a_loader_manual_seed_decides_and_a_loop_leaves_the_numbers_alone()
    {
        static double[] InNewThread(long seed)
        {
            double[] drawn = [];
            var thread = new Thread(() =>
            {
                manual_seed(seed);
                var first = SampleRandom.Current.NextDouble();
                using var loader = new DataLoader<Tensor>(new DelegateDataset<Tensor>(3, i => tensor(SampleRandom.Current.NextDouble())), seed: 1);
                _ = loader.Count(_ => true);
                drawn = [first, SampleRandom.Current.NextDouble()];
            });
            thread.Start();
            thread.Join();
            return drawn;
        }

        var five = InNewThread(5);
        Assert.That(InNewThread(5), Is.EqualTo(five));
        Assert.That(InNewThread(6), Is.Not.EqualTo(five));
        Assert.That(five.Distinct().Count(), Is.EqualTo(2));
    }

    private sealed class Noise(long count) : SpanDataset<float, long>
    {
        public override long Count => count;

        public override IReadOnlyList<long> FeatureShape { get; } = [2, 3];

        public override IReadOnlyList<long> TargetShape { get; } = [];

        public override void CopyTo(long index, Span<float> features, Span<long> target)
        {
            foreach (ref var feature in features)
            {
                feature = SampleRandom.Current.NextSingle();
            }

            target[0] = index;
        }
    }
}
