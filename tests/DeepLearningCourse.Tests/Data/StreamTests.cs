using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class StreamTests : TensorTest
{
    [Test]
    public void Each_sample_comes_once_in_the_same_batches_whatever_the_workers(
        [Values(0, 1, 2, 4, 8)] int numWorkers, [Values(1, 3)] int shards, [Values] bool dropLast)
    {
        var batches = Batches(new DelegateStream<long>(shards, Counting), 4, numWorkers, dropLast);
        var alone = Batches(new DelegateStream<long>(shards, Counting), 4, 0, dropLast);

        Assert.That(batches, Is.EqualTo(alone));

        if (!dropLast)
        {
            Assert.That(
                batches.SelectMany(b => b).Order(), Is.EqualTo(Enumerable.Range(0, shards).SelectMany(s => Counting(new Shard(s, shards, 0, 0))).Order()));
        }

        Assert.That(batches.Where(b => b.Length < 4).Count(), Is.EqualTo(dropLast ? 0 : shards), "each shard has 4n + 2 samples");
    }

    [Test]
    public void A_batch_is_taken_from_each_shard_in_turn_until_all_have_ended([Values(0, 2)] int numWorkers)
    {
        var stream = new DelegateStream<long>(2, shard => Enumerable.Range(0, shard.Index == 0 ? 1 : 5).Select(i => (10L * shard.Index) + i));

        Assert.That(Batches(stream, 2, numWorkers), Is.EqualTo(new[] { new long[] { 0 }, [10, 11], [12, 13], [14] }));
    }

    [Test]
    public void A_stream_without_samples_has_no_batch([Values(0, 2)] int numWorkers) =>
        Assert.That(Batches(new DelegateStream<long>(2, _ => []), 2, numWorkers), Is.Empty);

    [Test]
    public void A_shard_is_never_read_by_two_threads_at_once()
    {
        var inside = new int[2];
        var overlaps = 0;

        IEnumerable<long> Read(Shard shard)
        {
            for (var i = 0; i < 200; i++)
            {
                overlaps += Interlocked.Increment(ref inside[shard.Index]) - 1;
                Thread.SpinWait(200);
                Interlocked.Decrement(ref inside[shard.Index]);
                yield return i;
            }
        }

        Assert.That(Batches(new DelegateStream<long>(2, Read), 3, 4).Sum(b => b.Length), Is.EqualTo(400));
        Assert.That(overlaps, Is.Zero);
    }

    [Test]
    public void Random_numbers_of_shards_and_samples_do_not_depend_on_the_workers()
    {
        IEnumerable<Tensor> Read(Shard shard)
        {
            foreach (var i in Counting(shard))
            {
                yield return rand(3, generator: SampleRandom.Current.Generator) + shard.Random.Next(10) + i;
            }
        }

        string Hash(int workers)
        {
            using var loader = new DataLoader<Tensor>(new DelegateStream<Tensor>(3, Read), batchSize: 4, numWorkers: workers, seed: 5);
            return string.Concat(Enumerable.Range(0, 2).Select(_ => BatchHash.Of(loader)));
        }

        var expected = Hash(0);

        Assert.That(new[] { 1, 2, 4, 8 }.Select(Hash), Is.All.EqualTo(expected));
    }

    [Test]
    public void A_loop_goes_on_in_the_middle_of_a_stream([Values(0, 3)] int numWorkers, [Values(1, 2, 5, 7, 8)] int batchesBefore)
    {
        var whole = Batches(new DelegateStream<long>(3, Counting), 4, 0);
        using var loader = new DataLoader<Tensor>(new DelegateStream<long>(3, Counting), batchSize: 4, numWorkers: numWorkers);
        loader.Restore(StateAfter(batchesBefore));

        Assert.That(loader.Select(b => b.data<long>().ToArray()).ToList(), Is.EqualTo(whole.Skip(batchesBefore)));

        DataLoaderState StateAfter(int batches)
        {
            using var first = new DataLoader<Tensor>(new DelegateStream<long>(3, Counting), batchSize: 4);
            _ = first.Take(batches).Count();
            return first.State;
        }
    }

    [Test]
    public void What_a_stream_throws_is_named_and_its_cause_kept([Values(0, 2)] int numWorkers)
    {
        static IEnumerable<long> Read(Shard shard)
        {
            yield return 0;
            yield return 1;
            throw new FormatException("The line is torn.");
        }

        using var loader = new DataLoader<Tensor>(new DelegateStream<long>(1, Read), numWorkers: numWorkers);
        var exception = Assert.Throws<DataLoaderException>(() => loader.Count(_ => true));

        Assert.That(exception.Message, Is.EqualTo(
            "Sample 2 could not be read. FormatException: The line is torn. Read dataset[2] on its own to look closer; InnerException has the line that failed."));
        Assert.That(exception.SampleIndex, Is.EqualTo(2));
    }

    [Test]
    public void Files_that_a_stream_has_open_are_closed_however_the_loop_ends([Values(0, 2)] int numWorkers, [Values("end", "break", "throw")] string how)
    {
        var open = 0;

        IEnumerable<long> Read(Shard shard)
        {
            Interlocked.Increment(ref open);

            try
            {
                for (var i = 0; i < 50; i++)
                {
                    yield return i;
                }
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        }

        using var loader = new DataLoader<Tensor>(new DelegateStream<long>(3, Read), batchSize: 4, numWorkers: numWorkers);

        try
        {
            foreach (var batch in loader)
            {
                if (how != "end" && batch[0].item<long>() == 8)
                {
                    if (how == "throw")
                    {
                        throw new InvalidOperationException();
                    }

                    break;
                }
            }
        }
        catch (InvalidOperationException)
        {
        }

        Assert.That(open, Is.Zero);
    }

    [Test]
    public void What_needs_an_index_is_refused()
    {
        using var loader = new DataLoader<Tensor>(new DelegateStream<long>(1, Counting));

        Assert.That(() => new DataLoader<Tensor>(new DelegateStream<long>(1, Counting), shuffle: true), Throws.ArgumentException.With.Message.EqualTo(
            "The dataset is a stream and has no index to choose samples by: leave out shuffle, sampler and batchSampler. To mix it, use dataset.Shuffle(bufferSize)."));
        Assert.That(() => loader.Count, Throws.InvalidOperationException.With.Message.EqualTo(
            "The dataset is a stream: how many batches it has shows only when it has been read. Count them in the loop."));
        Assert.That(loader.SampleCount, Is.Null);
    }

    private static IEnumerable<long> Counting(Shard shard) => Enumerable.Range(0, 10 + (4 * shard.Index)).Select(i => (100L * shard.Index) + i);

    private static List<long[]> Batches(IterableDataset<long> stream, int batchSize, int numWorkers, bool dropLast = false)
    {
        using var loader = new DataLoader<Tensor>(stream, batchSize, numWorkers: numWorkers, dropLast: dropLast);
        return [.. loader.Select(batch => batch.data<long>().ToArray())];
    }
}
