using System.Collections.Concurrent;
using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Batches of a user's own sequence: what it makes anew is given back, and what it holds stays.</summary>
public sealed class IteratedBatchesTests : NetworkTest
{
    private const int Steps = 400;

    // A megabyte of features.
    private const int Rows = 256;
    private const int Columns = 1024;

    // 64 MB wait at most, and what is at hand; each batch has two tensors.
    private const int Bound = 2 * (64 + 6);

    private static readonly TrainerOptions Quiet = new() { Epochs = 1, ShowProgress = false, Threads = 1, CheckFirstBatch = false };

    [Test]
    public void Memory_stays_flat_while_a_sequence_makes_its_batches_anew([Values("Fit", "validation", "Evaluate", "Refresh")] string where, [Values] bool inScope) =>
        Assert.That(Peak(where, Fresh, inScope), Is.LessThan(Bound));

    [Test]
    public void Memory_stays_flat_over_batches_of_another_thread() => Assert.That(Peak("Fit", OfAnotherThread, inScope: true), Is.LessThan(Bound));

    [Test]
    public void Memory_stays_flat_over_a_loader_behind_a_query() => Assert.That(Peak("Fit", Queried, inScope: true), Is.LessThan(Bound));

    [Test]
    public void Memory_stays_flat_over_a_sequence_with_a_scope_of_its_own() => Assert.That(Peak("Fit", WithScope, inScope: true), Is.LessThan(Bound));

    [Test, Attack]
    public void A_sequence_makes_400_batches_of_8_MB()
    {
        var (peak, before, after) = (0, 0L, 0L);

        OnThread(() =>
        {
            using var scope = NewDisposeScope();
            before = Environment.WorkingSet;
            peak = Peak("Fit", () => Made(Steps, 8), inScope: true);
            after = Environment.WorkingSet;
        });

        var growth = (after - before) / (1024 * 1024);
        Assert.That(growth, Is.LessThan(600), "of 3,200 MB");
        AttackRecords.Add(
            "Figures", $"Fit over an iterator that makes a new batch of 8 MB at each of {Steps} steps, inside a DisposeScope",
            FormattableString.Invariant($"at most {peak} tensors alive, and {growth} MB more memory at the end than before"));
    }

    [Test]
    public void What_a_sequence_made_first_and_yields_again_stays_alive()
    {
        OnThread(() =>
        {
            using var scope = NewDisposeScope();
            List<(Tensor, Tensor)>? cache = null;

            IEnumerable<(Tensor features, Tensor target)> Cached()
            {
                var y = zeros(Rows, 1);
                cache ??= [.. Enumerable.Range(0, 90).Select(_ => (ones(Rows, Columns), y))];

                foreach (var batch in cache)
                {
                    yield return batch;
                    yield return (zeros(Rows, Columns), y);
                }
            }

            using var run = new Run();
            var check = run.Trainer().Check(Cached());
            var history = run.Trainer(Quiet with { Epochs = 3 }).Fit(Cached(), Cached());

            Assert.That(check.Passed, Is.True);
            Assert.That(history.Epochs, Has.Count.EqualTo(3));
            Assert.That(run.Trainer().Evaluate(Cached()).Samples, Is.EqualTo(180 * Rows));
            Assert.That(cache!.Select(batch => batch.Item1.IsInvalid), Is.All.False);
        });
    }

    [Test]
    public void What_a_sequence_still_holds_at_the_end_belongs_to_the_scope_around_the_run()
    {
        OnThread(() =>
        {
            Tensor? kept = null;

            using (NewDisposeScope())
            {
                using var run = new Run();

                IEnumerable<(Tensor features, Tensor target)> Keeping()
                {
                    kept ??= ones(4, Columns);
                    yield return (kept.narrow(0, 0, 2), zeros(2, 1));
                    yield return (kept.narrow(0, 2, 2), zeros(2, 1));
                }

                _ = run.Trainer().Fit(Keeping());
                Assert.That(kept!.IsInvalid, Is.False);
            }

            Assert.That(kept.IsInvalid, Is.True);
        });
    }

    [Test]
    public void Tensors_from_before_the_loop_are_not_touched([Values("list", "array", "sequence")] string kind)
    {
        OnThread(() =>
        {
            using var scope = NewDisposeScope();
            using var run = new Run();
            (Tensor features, Tensor target)[] batches = [.. Enumerable.Range(0, 80).Select(_ => (ones(Rows, Columns), zeros(Rows, 1)))];
            IEnumerable<(Tensor features, Tensor target)> data = kind switch { "list" => batches.ToList(), "array" => batches, _ => batches.Where(_ => true) };
            var owned = scope.DisposablesCount;

            _ = run.Trainer(Quiet with { Epochs = 2 }).Fit(data, data);

            Assert.That(batches.All(batch => scope.Contains(batch.features) && scope.Contains(batch.target)), Is.True);
            Assert.That(scope.DisposablesCount, Is.EqualTo(owned));
        });
    }

    [Test]
    public void A_failing_sequence_leaves_the_scopes_in_order()
    {
        OnThread(() =>
        {
            using var scope = NewDisposeScope();
            using var run = new Run();

            IEnumerable<(Tensor features, Tensor target)> Failing()
            {
                yield return (ones(2, Columns), zeros(2, 1));
                _ = ones(3);
                throw new FormatException("no more");
            }

            Assert.That(() => run.Trainer().Fit(Failing()), Throws.TypeOf<FormatException>());
            Assert.That(scope.Contains(ones(1)), Is.True, "the scope is the innermost again");
        });
    }

    private static IEnumerable<(Tensor features, Tensor target)> Fresh() => Made(Steps, 1);

    private static IEnumerable<(Tensor features, Tensor target)> Made(int count, int megabytes)
    {
        var target = zeros(Rows * megabytes, 1);

        for (var i = 0; i < count; i++)
        {
            // The divisor is a tensor that nobody is given.
            yield return (ones(Rows * megabytes, Columns).div_(full(1, 2f)), target);
        }
    }

    private static IEnumerable<(Tensor features, Tensor target)> WithScope()
    {
        for (var i = 0; i < Steps; i++)
        {
            using var scope = NewDisposeScope();
            yield return (ones(Rows, Columns) + 1, zeros(Rows, 1));
        }
    }

    private static IEnumerable<(Tensor features, Tensor target)> OfAnotherThread()
    {
        using BlockingCollection<(Tensor, Tensor)> queue = new(2);
        Thread reader = new(() =>
        {
            foreach (var _ in Enumerable.Range(0, Steps))
            {
                queue.Add((ones(Rows, Columns), zeros(Rows, 1)));
            }

            queue.CompleteAdding();
        });
        reader.Start();

        foreach (var batch in queue.GetConsumingEnumerable())
        {
            yield return batch;
        }

        reader.Join();
    }

    private static IEnumerable<(Tensor features, Tensor target)> Queried()
    {
        using InMemoryDataset data = new(ones(Steps * 2, Columns), zeros(Steps * 2, 1));
        using DataLoader<(Tensor features, Tensor target)> loader = new(data, batchSize: 2);

        foreach (var batch in loader.Select(batch => (batch.features.expand(Rows / 2, 2, Columns).reshape(Rows, Columns), zeros(Rows, 1))))
        {
            yield return batch;
        }
    }

    /// <summary>The most tensors that lived at once, more than before.</summary>
    private static int Peak(string where, Func<IEnumerable<(Tensor features, Tensor target)>> data, bool inScope)
    {
        var peak = 0L;
        OnThread(() =>
        {
            using var scope = inScope ? NewDisposeScope() : null;
            using var run = new Run();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var before = Tensor.TotalCount;
            var steps = 0;

            // What is counted is what came, a step later.
            IEnumerable<(Tensor features, Tensor target)> Counted()
            {
                foreach (var batch in data())
                {
                    steps++;
                    peak = Math.Max(peak, Tensor.TotalCount - before);
                    yield return batch;
                }
            }

            switch (where)
            {
                case "Fit":
                    _ = run.Trainer().Fit(Counted());
                    break;
                case "validation":
                    _ = run.Trainer().Fit([(ones(2, Columns), zeros(2, 1))], Counted());
                    break;
                case "Evaluate":
                    _ = run.Trainer().Evaluate(Counted());
                    break;
                default:
                    BatchNormStatistics.Refresh(run.Model, Counted());
                    break;
            }

            Assert.That(steps, Is.EqualTo(Steps));
        });

        return (int)peak;
    }

    /// <summary>On a thread of its own: TorchSharp counts by threads, and the finalizer's is another.</summary>
    private static void OnThread(Action action)
    {
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        Assert.That(thread.Join(TimeSpan.FromMinutes(2)), Is.True, "it ends");

        if (failure is not null)
        {
            throw new AssertionException(failure.ToString());
        }
    }

    private sealed class Run : IDisposable
    {
        private readonly nn.IModule<Tensor, Tensor, Tensor> criterion = nn.MSELoss();
        private readonly optim.Optimizer optimizer;

        public Run() => optimizer = optim.SGD(Model.parameters(), 1e-6);

        public nn.Module<Tensor, Tensor> Model { get; } = nn.Sequential(nn.Linear(Columns, 1), nn.BatchNorm1d(1));

        public Trainer Trainer(TrainerOptions? options = null) => new(Model, criterion, optimizer, options ?? Quiet);

        public void Dispose()
        {
            optimizer.Dispose();
            Model.Dispose();
            ((IDisposable)criterion).Dispose();
        }
    }
}
