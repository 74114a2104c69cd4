using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderStateTests : TensorTest
{
    [Test]
    public void A_loop_resumed_at_any_batch_with_other_workers_gives_the_rest_bit_for_bit(
        [Values(0, 1, 2, 4, 8)] int numWorkers, [Values(0, 1, 4, 6)] int batchesBefore)
    {
        var expected = new List<string>();
        using var first = Augmented(2);
        _ = first.Count(_ => true);
        DataLoaderState? state = batchesBefore == 0 ? first.State : null;

        foreach (var batch in first)
        {
            if (state is not null)
            {
                expected.Add(BatchHash.Of([batch]));
            }
            else if (first.State.Batch == batchesBefore)
            {
                state = first.State;
            }
        }

        using var resumed = Augmented(numWorkers, seed: 99);
        resumed.Restore(state!);

        Assert.That(state, Is.EqualTo(new DataLoaderState(42, 1, batchesBefore)));
        Assert.That(resumed.Select(batch => BatchHash.Of([batch])).ToList(), Is.EqualTo(expected));
        Assert.That(resumed.State, Is.EqualTo(new DataLoaderState(42, 2, 0)));
        Assert.That(resumed.Epoch, Is.EqualTo(2));
    }

    [Test]
    public void Nothing_that_came_before_is_read_again()
    {
        var read = new List<long>();
        var data = new DelegateDataset<Tensor>(20, i =>
        {
            read.Add(i);
            return tensor(i);
        });
        using var loader = new DataLoader<Tensor>(data, batchSize: 4);
        loader.Restore(new DataLoaderState(1, 7, 4));
        _ = loader.Count(_ => true);

        Assert.That(read, Is.EqualTo(new long[] { 16, 17, 18, 19 }));
    }

    [Test]
    public void After_a_break_the_state_is_there_and_the_next_loop_is_the_next_epoch()
    {
        using var loader = Augmented(0);

        foreach (var _ in loader)
        {
            if (loader.State.Batch == 3)
            {
                break;
            }
        }

        var broken = loader.State;
        Assert.That(broken, Is.EqualTo(new DataLoaderState(42, 0, 3)));
        Assert.That(loader.Epoch, Is.EqualTo(1));
        Assert.That(loader.Count(_ => true), Is.EqualTo(7));

        loader.Restore(broken);
        Assert.That(loader.Count(_ => true), Is.EqualTo(4));
    }

    [Test]
    public void An_epoch_that_was_ended_resumes_with_the_next()
    {
        using var loader = Augmented(2);
        _ = loader.Count(_ => true);
        var state = loader.State;
        var expected = BatchHash.Of(loader);
        loader.Restore(state);

        Assert.That(BatchHash.Of(loader), Is.EqualTo(expected));
    }

    [Test]
    public void A_state_of_other_data_is_refused()
    {
        using var loader = Augmented(0);

        Assert.That(() => loader.Restore(new DataLoaderState(1, 0, 8)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "Batch is 8 and an epoch has 7 batches: was it saved with another batch size or other data?"));
        Assert.That(() => loader.Restore(new DataLoaderState(1, -1, 0)),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("Epoch is -1: epochs are numbered from 0. (Parameter 'state')"));
        Assert.That(() => loader.Restore(null!),
            Throws.ArgumentNullException.With.Message.EqualTo("Value cannot be null. (Parameter 'state')"));
    }

    private static DataLoader<Tensor> Augmented(int numWorkers, long seed = 42) => new(
        new DelegateDataset<Tensor>(20, i => tensor(i) + SampleRandom.Current.NextDouble()), batchSize: 3, shuffle: true, numWorkers: numWorkers, seed: seed);
}
