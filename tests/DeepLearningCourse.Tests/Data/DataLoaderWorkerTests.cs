using System.Runtime.CompilerServices;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderWorkerTests : TensorTest
{
    [Test, TimeLimit(120)]
    public void Workers_stop_two_batches_each_ahead_of_the_loop()
    {
        var read = 0;
        var dataset = new DelegateDataset<Tensor>(100, i =>
        {
            Interlocked.Increment(ref read);
            return tensor(i);
        });
        using var loader = new DataLoader<Tensor>(dataset, numWorkers: 3);
        using var batches = loader.GetEnumerator();
        batches.MoveNext();

        Assert.That(() => Volatile.Read(ref read), Is.EqualTo(7).After(5_000, 5));
        Thread.Sleep(50);
        Assert.That(Volatile.Read(ref read), Is.EqualTo(7), "1 handed over and 3 x 2 ahead");
    }

    [Test, TimeLimit(120)]
    public void Workers_read_at_the_same_time()
    {
        using var everybody = new Barrier(3);
        var dataset = new DelegateDataset<Tensor>(3, i =>
        {
            Assert.That(everybody.SignalAndWait(10_000), Is.True, "three workers, three samples at once");
            return tensor(i);
        });
        using var loader = new DataLoader<Tensor>(dataset, numWorkers: 3);

        Assert.That(Batches(loader), Is.EqualTo(3));
    }

    [Test]
    public void Workers_are_background_threads_and_without_workers_the_loop_reads_itself()
    {
        var threads = new HashSet<(bool Own, bool Background, bool Pool)>();
        var here = Thread.CurrentThread;
        var dataset = new DelegateDataset<Tensor>(4, i =>
        {
            lock (threads)
            {
                var thread = Thread.CurrentThread;
                threads.Add((thread == here, thread.IsBackground, thread.IsThreadPoolThread));
            }

            return tensor(i);
        });
        using var withWorkers = new DataLoader<Tensor>(dataset, numWorkers: 2);
        using var withoutWorkers = new DataLoader<Tensor>(dataset);

        Batches(withWorkers);
        Assert.That(threads, Is.EqualTo(new[] { (false, true, false) }));

        threads.Clear();
        Batches(withoutWorkers);
        Assert.That(threads.Single().Own, Is.True);
    }

    [Test, TimeLimit(120)]
    public void A_loop_dropped_without_dispose_ends_its_workers()
    {
        var threads = new HashSet<Thread>();
        var dataset = new DelegateDataset<Tensor>(1000, i =>
        {
            lock (threads)
            {
                threads.Add(Thread.CurrentThread);
            }

            return tensor(i);
        });
        using var loader = new DataLoader<Tensor>(dataset, numWorkers: 2);

        Abandon(loader);
        Assert.That(() => Collect(threads), Is.EqualTo(0).After(10_000, 20), "workers still alive");

        // The batch that the loop had was let go of by the collection before this one.
        GC.Collect();
        GC.WaitForPendingFinalizers();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Abandon(DataLoader<Tensor> loader) => loader.GetEnumerator().MoveNext();

        static int Collect(HashSet<Thread> threads)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();

            lock (threads)
            {
                return threads.Count(thread => thread.IsAlive);
            }
        }
    }

    [Test, TimeLimit(120)]
    public void Disposing_the_loader_from_another_thread_wakes_a_waiting_loop()
    {
        using var reading = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var dataset = new DelegateDataset<Tensor>(4, i =>
        {
            reading.Set();
            release.Wait(10_000);
            return tensor(i);
        });
        var loader = new DataLoader<Tensor>(dataset, numWorkers: 1);
        var other = new Thread(() =>
        {
            reading.Wait(10_000);
            loader.Dispose();
        });
        other.Start();
        using var releaser = new Timer(_ => release.Set(), null, 200, Timeout.Infinite);

        Assert.That(() => Batches(loader), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("DataLoader"));
        other.Join();
    }

    private static int Batches(DataLoader<Tensor> loader)
    {
        var batches = 0;

        foreach (var _ in loader)
        {
            batches++;
        }

        return batches;
    }
}
