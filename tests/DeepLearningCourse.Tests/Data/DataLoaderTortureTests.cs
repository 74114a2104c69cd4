using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Data;

public sealed class DataLoaderTortureTests : TensorTest
{
    private const int Seed = 20240607;

    [Test, TimeLimit(120)]
    public void Breaks_throws_and_cancels_anywhere_leave_no_tensor_and_no_worker() => Torture(1000);

    [Test, TimeLimit(1800), Category("Long"), Attack]
    public void Breaks_throws_and_cancels_anywhere_leave_no_tensor_and_no_worker_for_long() => Torture(20_000);

    private static void Torture(int rounds)
    {
        var random = new Random(Seed);
        var before = Tensor.TotalCount;

        for (var round = 0; round < rounds; round++)
        {
            var where = $"round {round} of seed {Seed}";
            var plan = Plan.Draw(random);
            var threads = new HashSet<Thread>();

            using (var cancellation = new CancellationTokenSource())
            using (var loader = plan.Loader(threads, cancellation, round))
            {
                for (var epoch = 0; epoch < 2; epoch++)
                {
                    Run(plan, loader, where, cancellation.Token);
                    plan.RequireNothingOpen(where);
                }
            }

            Assert.That(Tensor.TotalCount, Is.EqualTo(before), $"live tensors after {where}");

            lock (threads)
            {
                Assert.That(threads.Where(t => t != Thread.CurrentThread).Select(t => t.IsAlive), Is.All.False, $"workers alive after {where}");
            }
        }

        AttackRecords.Add(
            "Data", $"{rounds} loaders of random options, each ended at a random place twice by a break, an exception or a cancellation", "no tensor, no worker and no stream left open");
    }

    private static void Run(Plan plan, DataLoader<(Tensor X, Tensor y)> loader, string where, CancellationToken token)
    {
        try
        {
            var batches = 0;

            foreach (var (_, y) in loader.WithCancellation(token))
            {
                Assert.That(y.IsInvalid, Is.False, where);

                if (batches++ == plan.StopsAfter)
                {
                    if (plan.Throws)
                    {
                        throw new TimeoutException();
                    }

                    break;
                }
            }

            Assert.That(plan.FailsAt < 0 || plan.StopsAfter >= 0 || plan.Skips, Is.True, $"the failing sample of {where} went unnoticed");
        }
        catch (Exception exception) when (exception is DataLoaderException or TimeoutException or OperationCanceledException)
        {
        }
    }

    private sealed class Plan
    {
        private int samples, batchSize, numWorkers, cancelsAt, open;
        private bool persistent, stream, inOrder;

        public int FailsAt { get; private set; }

        public int StopsAfter { get; private set; }

        public bool Throws { get; private set; }

        public bool Skips { get; private set; }

        public static Plan Draw(Random random)
        {
            var samples = random.Next(1, 40);
            return new Plan
            {
                samples = samples,
                batchSize = random.Next(1, 6),
                numWorkers = random.Next(0, 5),
                FailsAt = random.Next(3) == 0 ? random.Next(samples) : -1,
                StopsAfter = random.Next(3) == 0 ? random.Next(10) : -1,
                cancelsAt = random.Next(3) == 0 ? random.Next(samples) : -1,
                Throws = random.Next(2) == 0,
                Skips = random.Next(4) == 0,
                persistent = random.Next(2) == 0,
                stream = random.Next(3) == 0,
                inOrder = random.Next(4) != 0,
            };
        }

        public DataLoader<(Tensor X, Tensor y)> Loader(HashSet<Thread> threads, CancellationTokenSource cancellation, long seed)
        {
            (Tensor, Tensor) Sample(long i)
            {
                lock (threads)
                {
                    threads.Add(Thread.CurrentThread);
                }

                if (i == cancelsAt)
                {
                    cancellation.Cancel();
                }

                var forgotten = tensor(i) + 1;
                return i == FailsAt ? throw new InvalidOperationException("no") : (forgotten * 2, tensor(i));
            }

            IEnumerable<(Tensor, Tensor)> Read(Shard shard)
            {
                Interlocked.Increment(ref open);

                try
                {
                    for (long i = shard.Index; i < samples; i += shard.Count)
                    {
                        yield return Sample(i);
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref open);
                }
            }

            DataSource data = stream ? new DelegateStream<(Tensor, Tensor)>(1 + (samples % 3), Read) : new DelegateDataset<(Tensor, Tensor)>(samples, Sample);
            return new(
                data, batchSize, shuffle: !stream, numWorkers: numWorkers, persistentWorkers: persistent && numWorkers > 0, inOrder: inOrder,
                badSamples: Skips ? BadSamples.Skip : BadSamples.Throw, seed: seed);
        }

        public void RequireNothingOpen(string where) => Assert.That(Volatile.Read(ref open), Is.Zero, $"streams still open after {where}");
    }
}
