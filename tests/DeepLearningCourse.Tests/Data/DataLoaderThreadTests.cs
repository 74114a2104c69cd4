using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

/// <summary>A loop over a loader is one thread's, or one chain of awaits.</summary>
public sealed class DataLoaderThreadTests : TensorTest
{
    private const int Rows = 64;
    private const int Batches = 16;

    [Test]
    public void A_second_thread_on_one_loop_is_refused_and_the_first_goes_on([Values(0, 2)] int numWorkers)
    {
        using var data = new InMemoryDataset(arange(Rows).reshape(Rows, 1), zeros(Rows));
        using var loader = NewLoader(data, numWorkers);
        using var loop = loader.GetEnumerator();
        Assert.That(loop.MoveNext(), Is.True);

        var (second, error) = OnThread(() => loop.MoveNext());

        Assert.That(error, Is.InstanceOf<InvalidOperationException>().With.Message.EqualTo(
            $"Two threads, {Environment.CurrentManagedThreadId} and {second}, take batches from one loop over a DataLoader. A batch is disposed when its loop moves on, so each would lose its batch " +
            "to the other. Begin a foreach on each thread, which is an epoch of its own, or keep to one thread and let numWorkers make the batches."));
        Assert.That(loop.Current.features.sum().item<long>(), Is.EqualTo(0 + 1 + 2 + 3));
        var left = 0;
        while (loop.MoveNext())
        {
            left++;
        }

        Assert.That(left, Is.EqualTo(Batches - 1));
    }

    [Test]
    public async Task A_loop_goes_on_with_its_code_on_whatever_thread_an_await_leaves_it()
    {
        using var data = new InMemoryDataset(arange(Rows).reshape(Rows, 1), zeros(Rows));
        using var loader = NewLoader(data, numWorkers: 0);
        HashSet<int> threads = [Environment.CurrentManagedThreadId];
        long sum = 0;

        foreach (var (features, _) in loader)
        {
            await Task.Delay(1).ConfigureAwait(false);
            threads.Add(Environment.CurrentManagedThreadId);
            using var total = features.sum();
            sum += total.item<long>();
        }

        Assert.That(sum, Is.EqualTo(Rows * (Rows - 1) / 2));
        Assert.That(threads, Has.Count.GreaterThan(1));
    }

    [Test]
    public void A_loop_that_another_thread_disposes_ends_with_a_sentence_and_keeps_its_batch_until_then()
    {
        using var data = new InMemoryDataset(arange(Rows).reshape(Rows, 1), zeros(Rows));
        using var loader = NewLoader(data, numWorkers: 2);
        using var loop = loader.GetEnumerator();
        Assert.That(loop.MoveNext(), Is.True);
        var batch = loop.Current;

        var (_, error) = OnThread(() => loop.Dispose());

        Assert.That(error, Is.Null);
        Assert.That(batch.features.sum().item<long>(), Is.EqualTo(0 + 1 + 2 + 3));
        Assert.That(loop.MoveNext, Throws.InvalidOperationException.With.Message.EqualTo(
            $"This loop over a DataLoader, of thread {Environment.CurrentManagedThreadId}, was disposed by another thread before its end."));
    }

    [Test, Attack]
    public void Two_threads_that_pull_at_one_loop_never_end_the_process()
    {
        const int Rounds = 200;
        var (refused, taken) = (0, 0);
        using var data = new InMemoryDataset(arange(Rows).reshape(Rows, 1), zeros(Rows));
        using var loader = NewLoader(data, numWorkers: 2);

        for (var round = 0; round < Rounds; round++)
        {
            using var loop = loader.GetEnumerator();
            using Barrier start = new(2);
            var threads = Enumerable.Range(0, 2).Select(_ => new Thread(() => Pull(loop, start))).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
        }

        Assert.That((refused, taken), Is.EqualTo((Rounds, Rounds * Batches)));
        AttackRecords.Add("Data", $"two threads on one enumerator of a loader, {Rounds} times", $"{refused} times the second was refused in a sentence, the first had all its batches");

        void Pull(IEnumerator<(Tensor features, Tensor target)> loop, Barrier start)
        {
            start.SignalAndWait();

            try
            {
                while (loop.MoveNext())
                {
                    using var sum = loop.Current.features.sum();
                    Interlocked.Increment(ref taken);
                }
            }
            catch (InvalidOperationException)
            {
                Interlocked.Increment(ref refused);
            }
        }
    }

    private static DataLoader<(Tensor features, Tensor target)> NewLoader(InMemoryDataset data, int numWorkers) => new(data, batchSize: 4, numWorkers: numWorkers);

    private static (int Id, Exception? Error) OnThread(Action work)
    {
        Exception? error = null;
        Thread thread = new(() =>
        {
            try
            {
                work();
            }
            catch (Exception exception)
            {
                error = exception;
            }
        });
        thread.Start();
        thread.Join();
        return (thread.ManagedThreadId, error);
    }
}
