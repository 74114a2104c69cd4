using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderBadSampleTests : TensorTest
{
    [Test]
    public void Bad_samples_are_left_out_and_listed_when_asked([Values(0, 1, 4)] int numWorkers)
    {
        var data = new DelegateDataset<Tensor>(10, i => i switch
        {
            3 or 8 => throw new FormatException($"bad {i}"),
            9 => null!,
            _ => tensor(i),
        });
        using var loader = new DataLoader<Tensor>(data, batchSize: 4, numWorkers: numWorkers, badSamples: BadSamples.Skip);

        for (var epoch = 0; epoch < 2; epoch++)
        {
            Assert.That(loader.Select(b => b.data<long>().ToArray()).ToList(), Is.EqualTo(new[] { new long[] { 0, 1, 2 }, [4, 5, 6, 7] }));
        }

        Assert.That(loader.SkippedSamples.Select(s => s.Index), Is.EqualTo(new long[] { 3, 8, 9 }));
        Assert.That(loader.SkippedSamples[0].Cause, Is.TypeOf<FormatException>().With.Message.EqualTo("bad 3"));
    }

    [Test]
    public void Bad_samples_written_as_spans_are_left_out_too([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<(Tensor features, Tensor target)>(new Torn(), batchSize: 3, numWorkers: numWorkers, badSamples: BadSamples.Skip);
        var batches = loader.Select(b => (b.features.shape[0], b.target.data<long>().ToArray())).ToList();

        Assert.That(batches.Select(b => b.Item2), Is.EqualTo(new[] { new long[] { 0, 2 }, [3, 4] }));
        Assert.That(loader.SkippedSamples.Select(s => s.Index), Is.EqualTo(new long[] { 1, 5, 6 }));
    }

    [Test]
    public void A_bad_sample_written_as_a_span_is_named_by_its_index_in_the_loaders_dataset()
    {
        var half = new Subset<(Tensor features, Tensor target)>(new Torn(), [0, 2, 1]);
        using var loader = new DataLoader<(Tensor features, Tensor target)>(half, batchSize: 3);

        Assert.That(() => loader.ToList(), Throws.TypeOf<DataLoaderException>().With.Property("SampleIndex").EqualTo(2).And.Message.EqualTo(
            "Sample 2 could not be read. FormatException: torn. Read dataset[2] on its own to look closer; InnerException has the line that failed."));
    }

    [Test]
    public void Bad_samples_of_a_stream_are_left_out([Values(0, 2)] int numWorkers)
    {
        using var loader = new DataLoader<Tensor>(
            new DelegateStream<float[]>(2, shard => [[1], null!, [3]]), batchSize: 2, numWorkers: numWorkers, badSamples: BadSamples.Skip);

        Assert.That(loader.Select(b => b.shape[0]).ToList(), Is.EqualTo(new long[] { 1, 1, 1, 1 }));
        Assert.That(loader.SkippedSamples.Select(s => s.Index), Is.EqualTo(new long[] { 1, 1 }), "sample 1 of each shard");
    }

    [Test]
    public void Samples_of_another_shape_end_the_loop_even_so()
    {
        using var loader = new DataLoader<Tensor>(
            new DelegateDataset<Tensor>(3, i => zeros(i == 1 ? 2 : 3)), batchSize: 3, badSamples: BadSamples.Skip);

        Assert.That(() => loader.ToList(), Throws.TypeOf<DataLoaderException>().With.Message.StartsWith("Sample 1 is [2] of Float32 and sample 0"));
    }

    [Test, TimeLimit(120)]
    public void A_timeout_names_the_sample_that_hangs_and_leaves_the_worker_behind([Values] bool inOrder, [Values] bool persistent)
    {
        using var release = new ManualResetEventSlim();
        var before = LiveTensors;
        var data = new DelegateDataset<long>(6, i =>
        {
            if (i == 3)
            {
                release.Wait(20_000);
            }

            return i;
        });
        var loader = new DataLoader<Tensor>(
            data, batchSize: 2, numWorkers: 1, inOrder: inOrder, persistentWorkers: persistent, timeout: TimeSpan.FromMilliseconds(200));

        var exception = Assert.Throws<DataLoaderException>(() => loader.Count(_ => true));

        Assert.That(exception.Message, Is.EqualTo(
            "Sample 3 was being read when the loop gave up: batch 1 did not come within the timeout of 0.2 s. Look at what the dataset waits for there " +
            "(a file, a network, a lock), or give the loader a longer timeout or more workers."));
        Assert.That(exception.SampleIndex, Is.EqualTo(3));
        Assert.That(exception.InnerException, Is.TypeOf<TimeoutException>());

        release.Set();
        Assert.That(loader.Sum(b => b.shape[0]), Is.EqualTo(6), "the next epoch has workers again");
        loader.Dispose();

        // The worker that was left behind wakes up in its own time, makes its batch and disposes of it.
        Assert.That(() => LiveTensors, Is.EqualTo(before).After(5_000, 5), "live tensors once the worker that was left behind is done");
    }

    [Test, TimeLimit(120)]
    public void A_timeout_counts_from_when_the_loop_asks()
    {
        using var loader = new DataLoader<Tensor>(
            new DelegateDataset<long>(3, i => i), numWorkers: 1, timeout: TimeSpan.FromMilliseconds(300));

        foreach (var _ in loader)
        {
            Thread.Sleep(400);
        }
    }

    private sealed class Torn : SpanDataset<float, long>
    {
        public override long Count => 7;

        public override IReadOnlyList<long> FeatureShape { get; } = [2];

        public override IReadOnlyList<long> TargetShape { get; } = [];

        public override void CopyTo(long index, Span<float> features, Span<long> target)
        {
            features.Fill(index);
            target[0] = index is 1 or 5 or 6 ? throw new FormatException("torn") : index;
        }
    }
}
