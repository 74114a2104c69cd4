using System.Diagnostics;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

/// <summary>Samples that do not come back: how long a loop that somebody ends waits for them.</summary>
public sealed class HangingSampleTests : TensorTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // Half a second is the loader's patience; the rest is a busy machine's.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    public enum Way
    {
        Cancel,
        Break,
        DisposeLoader,
    }

    // Without workers the loop itself reads the sample, and cannot break meanwhile.
    private static IEnumerable<object[]> Loops =>
        from way in Enum.GetValues<Way>()
        from workers in new[] { 0, 2 }
        from persistent in new[] { false, true }
        from isStream in new[] { false, true }
        where workers > 0 || (way != Way.Break && !persistent)
        select new object[] { way, workers, persistent, isStream };

    [TestCaseSource(nameof(Loops)), Attack]
    public void A_loop_over_a_sample_that_hangs_ends_at_once_and_nothing_leaks(Way way, int workers, bool persistent, bool isStream)
    {
        using Hang hang = new();
        using CancellationTokenSource source = new();
        DataSource data = isStream ? new DelegateStream<Tensor>(1, _ => hang.Samples()) : new DelegateDataset<Tensor>(8, hang.Sample);
        var before = LiveTensors;
        DataLoader<Tensor> loader = new(data, numWorkers: workers, persistentWorkers: persistent);

        var took = TimeToEnd(loader, way, hang, source);

        Assert.That(took, Is.LessThan(AtOnce));
        hang.Release();
        loader.Dispose();
        Assert.That(() => LiveTensors, Is.EqualTo(before).After(5_000, 5), "live tensors once the sample came back");
        Assert.That(() => hang.Open, Is.Zero.After(5_000, 5), "streams that were left open");
        Assert.That(hang.Last, Is.LessThanOrEqualTo(2 + (2 * workers)), "samples that were read after the one that hung");
        AttackRecords.Add(
            "Data", $"a sample that hangs, {workers} workers{(persistent ? " that persist" : "")}, {(isStream ? "in a stream" : "by index")}: {way}",
            $"the loop ended after {took.TotalMilliseconds:F0} ms; the late sample was discarded, no tensor alive");
    }

    [Test]
    public void A_sample_that_does_come_back_is_waited_for_as_before()
    {
        var reading = 0;
        DelegateDataset<Tensor> data = new(100, i =>
        {
            Interlocked.Increment(ref reading);
            Thread.Sleep(30);
            Interlocked.Decrement(ref reading);
            return tensor(i);
        });
        using DataLoader<Tensor> loader = new(data, numWorkers: 3);

        foreach (var _ in loader)
        {
            break;
        }

        Assert.That(Volatile.Read(ref reading), Is.Zero, "samples that are being read after the loop");
    }

    [Test]
    public void A_retry_that_catches_everything_is_interrupted_again()
    {
        using CancellationTokenSource source = new();
        using ManualResetEventSlim reading = new();
        DelegateDataset<Tensor> data = new(1, i =>
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                try
                {
                    reading.Set();
                    Thread.Sleep(Limit);
                }
                catch (ThreadInterruptedException)
                {
                    // As a download that is tried three times.
                }
            }

            throw new IOException("gone");
        });
        using DataLoader<Tensor> loader = new(data);

        Assert.That(EndOfCancelled(loader, source, reading), Is.InstanceOf<OperationCanceledException>());
    }

    [Test, TimeLimit(120)]
    public void What_a_sample_makes_of_the_end_of_its_wait_is_in_no_batch([Values] bool isSkipped)
    {
        using CancellationTokenSource source = new();
        using ManualResetEventSlim reading = new();
        DelegateDataset<Tensor> data = new(2, i =>
        {
            reading.Set();

            try
            {
                Thread.Sleep(Limit);
            }
            catch (ThreadInterruptedException) when (!isSkipped)
            {
                // As a dataset that has zeros for what it cannot read.
            }

            return zeros(1);
        });
        using DataLoader<Tensor> loader = new(data, badSamples: isSkipped ? BadSamples.Skip : BadSamples.Throw);
        var before = LiveTensors;

        Assert.That(EndOfCancelled(loader, source, reading), Is.InstanceOf<OperationCanceledException>());
        Assert.That(loader.SkippedSamples, Is.Empty);
        Assert.That(LiveTensors, Is.EqualTo(before));
    }

    [Test]
    public void No_wait_of_the_loops_own_is_ended()
    {
        using CancellationTokenSource source = new();
        using DataLoader<Tensor> loader = new(new DelegateDataset<Tensor>(2, i => tensor(i)));

        foreach (var _ in loader.WithCancellation(source.Token))
        {
            source.Cancel();
            Assert.That(() => Thread.Sleep(1_500), Throws.Nothing, "the body of the loop sleeps, and no sample");
            break;
        }

        Assert.That(() => Thread.Sleep(5), Throws.Nothing);
    }

    [Test]
    public void Another_loop_over_the_same_workers_goes_on()
    {
        using Hang hang = new();
        using DataLoader<Tensor> loader = new(new DelegateDataset<Tensor>(8, hang.Sample), numWorkers: 1, persistentWorkers: true);
        var other = 0;
        Thread loop = new(() => other = loader.Count(_ => true));

        foreach (var _ in loader)
        {
            Assert.That(hang.Hangs.Wait(Limit));
            hang.IsOver = true;
            loop.Start();
            break;
        }

        Assert.That(loop.Join(Limit));
        Assert.That(other, Is.EqualTo(8));
        Assert.That(loader.Count(_ => true), Is.EqualTo(8), "the next epoch has workers, too");
    }

    [Test]
    public void An_interrupt_of_the_loop_leaves_nothing_open()
    {
        using Hang hang = new();
        var before = LiveTensors;
        DataLoader<Tensor> loader = new(new DelegateStream<Tensor>(1, _ => hang.Samples()), numWorkers: 2, persistentWorkers: true);
        Exception? ended = null;
        Thread loop = new(() => ended = Caught(() => loader.Count(_ => true)));
        loop.Start();
        Assert.That(hang.Hangs.Wait(Limit));

        // One for the wait for a batch, others for the waits of the end.
        for (var i = 0; i < 20 && !loop.Join(20); i++)
        {
            loop.Interrupt();
        }

        Assert.That(loop.Join(Limit));
        Assert.That(ended, Is.TypeOf<ThreadInterruptedException>());
        hang.Release();
        loader.Dispose();
        Assert.That(() => hang.Open, Is.Zero.After(5_000, 5), "streams that were left open");
        Assert.That(() => LiveTensors, Is.EqualTo(before).After(5_000, 5));
    }

    [Test]
    public void A_workerInit_that_hangs_keeps_nobody()
    {
        using ManualResetEventSlim release = new();
        using CancellationTokenSource source = new();
        DataLoader<Tensor> loader = new(new DelegateDataset<Tensor>(2, i => tensor(i)), numWorkers: 1, workerInit: _ => release.Wait(Limit));
        Exception? ended = null;
        Thread loop = new(() => ended = Caught(() => loader.WithCancellation(source.Token).Count(_ => true)));
        loop.Start();
        source.CancelAfter(50);

        Assert.That(loop.Join(AtOnce));
        Assert.That(ended, Is.InstanceOf<OperationCanceledException>());
        loader.Dispose();
        release.Set();
    }

    /// <summary>Cancels a loop while a sample is read.</summary>
    /// <returns>What ended it.</returns>
    private static Exception? EndOfCancelled(DataLoader<Tensor> loader, CancellationTokenSource source, ManualResetEventSlim reading)
    {
        Exception? ended = null;
        Thread loop = new(() => ended = Caught(() => loader.WithCancellation(source.Token).Count(_ => true)));
        loop.Start();
        Assert.That(reading.Wait(Limit));
        source.Cancel();
        Assert.That(loop.Join(Limit));
        return ended;
    }

    // An exception in a thread of its own would end the process, an assertion's too.
    private static Exception? Caught(Func<int> action)
    {
        try
        {
            _ = action();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>Ends a loop that waits for a sample.</summary>
    /// <returns>How long it took the loop to end.</returns>
    private static TimeSpan TimeToEnd(DataLoader<Tensor> loader, Way way, Hang hang, CancellationTokenSource source)
    {
        long asked = 0, ended = 0;
        Thread loop = new(() =>
        {
            try
            {
                foreach (var _ in loader.WithCancellation(source.Token))
                {
                    if (way == Way.Break && hang.Hangs.Wait(Limit))
                    {
                        asked = Stopwatch.GetTimestamp();
                        break;
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                // As it was asked to.
            }

            ended = Stopwatch.GetTimestamp();
        })
        { IsBackground = true };
        loop.Start();
        Assert.That(hang.Hangs.Wait(Limit));

        if (way != Way.Break)
        {
            asked = Stopwatch.GetTimestamp();
            End(loader, way, source);
        }

        Assert.That(loop.Join(Limit), "the loop waits for the sample");
        return Stopwatch.GetElapsedTime(asked, ended);
    }

    private static void End(DataLoader<Tensor> loader, Way way, CancellationTokenSource source)
    {
        if (way == Way.Cancel)
        {
            source.Cancel();
        }
        else
        {
            loader.Dispose();
        }
    }

    /// <summary>Data whose third sample does not come back before it is let go.</summary>
    private sealed class Hang : IDisposable
    {
        private readonly ManualResetEventSlim release = new();
        private int open;
        private long last;

        public ManualResetEventSlim Hangs { get; } = new();

        public int Open => Volatile.Read(ref open);

        public long Last => Volatile.Read(ref last);

        /// <summary>Whether samples come back from now on.</summary>
        public bool IsOver { get; set; }

        public Tensor Sample(long index)
        {
            Volatile.Write(ref last, Math.Max(index, last));

            if (index == 2 && !IsOver)
            {
                Hangs.Set();
                release.Wait(Limit);
            }

            return tensor(index);
        }

        public IEnumerable<Tensor> Samples()
        {
            Interlocked.Increment(ref open);

            try
            {
                for (var i = 0; i < 8; i++)
                {
                    yield return Sample(i);
                }
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        }

        public void Release() => release.Set();

        public void Dispose()
        {
            release.Set();
            Thread.Sleep(20);
        }
    }
}
