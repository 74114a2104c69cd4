using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Checkpoints from before the epoch has come to all of its loaders, whose seeds are drawn, or with none left to come to.</summary>
public sealed class ResumedLoopsTests : NetworkTest
{
    private const int PerEpoch = 4;

    [Test]
    public void Loaders_one_after_the_other_keep_their_orders_over_two_stops([Values("two", "one twice", "made anew")] string loaders, [Values(3, 4, 5, 6, 8, 9)] int step)
    {
        using TemporaryFolder folder = new();
        var whole = Run(loaders, folder["whole"]);

        _ = Run(loaders, folder["stopped"], stopAfter: step);
        _ = Run(loaders, folder["stopped"], stopAfter: step + 1);
        var rest = Run(loaders, folder["stopped"]);

        Assert.That(whole, Has.Count.EqualTo(3 * PerEpoch));
        Assert.That(rest, Is.EqualTo(whole.Skip(step / PerEpoch * PerEpoch)));
    }

    [Test]
    public void Loaders_one_after_the_other_keep_their_orders_when_a_run_goes_on_after_an_epoch([Values("two", "one twice")] string loaders, [Values(5, 7, 9)] int step)
    {
        using TemporaryFolder folder = new();
        var whole = Run(loaders, folder["whole"]);

        _ = Run(loaders, folder["stopped"], epochs: 1);
        _ = Run(loaders, folder["stopped"], stopAfter: step);
        var rest = Run(loaders, folder["stopped"]);

        Assert.That(rest, Is.EqualTo(whole.Skip((step - 1) / PerEpoch * PerEpoch)));
    }

    [Test]
    public void A_run_that_is_given_up_on_its_way_back_to_the_checkpoint_loses_no_place([Values("two", "one twice")] string loaders, [Values(3, 7)] int step)
    {
        using TemporaryFolder folder = new();
        var whole = Run(loaders, folder["whole"]);

        _ = Run(loaders, folder["stopped"], stopAfter: step);
        var passed = Run(loaders, folder["stopped"], cancelAtFirst: true);
        var rest = Run(loaders, folder["stopped"]);

        Assert.That(passed, Has.Count.LessThan(PerEpoch));
        Assert.That(rest, Is.EqualTo(whole.Skip((step - 1) / PerEpoch * PerEpoch)));
    }

    [Test]
    public void A_loader_whose_batches_are_learnt_by_heart_gives_the_same_after_the_last_of_them([Values(1, 2)] int step)
    {
        using TemporaryFolder folder = new();
        var whole = Run("direct", folder["whole"], overfit: 2);

        _ = Run("direct", folder["stopped"], stopAfter: step, overfit: 2);
        var rest = Run("direct", folder["stopped"], overfit: 2);

        Assert.That(whole.Chunk(2), Has.Exactly(3).EqualTo(whole.Take(2)));
        Assert.That(rest, Is.EqualTo(whole.Skip(step)));
    }

    [Test]
    public void Loaders_that_an_iterator_makes_for_one_file_each_are_not_kept_alive_for_the_epoch()
    {
        using InMemoryDataset numbers = new(arange(8, float32).reshape(8, 1), ones(8, 1));
        using var model = nn.Linear(1, 1);
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 1e-4);
        using var criterion = nn.MSELoss();
        List<WeakReference> made = [];
        var alive = 0;
        Spy count = new()
        {
            StepEnded = (_, step) =>
            {
                if (step.Step == 20)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    GC.Collect();
                    alive = made.Count(loader => loader.IsAlive);
                }
            },
        };

        new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 1, ShowProgress = false, HandleSignals = false, CheckFirstBatch = false, Callbacks = [count] })
            .Fit(Enumerable.Range(0, 10).SelectMany(_ => OneFile()));

        // The one that is looped over, and the one before, which some frame may still hold.
        Assert.That(made, Has.Count.EqualTo(10));
        Assert.That(alive, Is.InRange(1, 2));

        IEnumerable<(Tensor features, Tensor target)> OneFile()
        {
            DataLoader<(Tensor features, Tensor target)> loader = new(numbers, batchSize: 4);
            made.Add(new WeakReference(loader));
            return loader;
        }
    }

    /// <summary>Trains for 3 epochs, or goes on.</summary>
    /// <returns>The numbers of each batch that was read.</returns>
    private static List<string> Run(string loaders, string folder, int? stopAfter = null, int epochs = 3, bool cancelAtFirst = false, int? overfit = null)
    {
        using CancellationTokenSource cancel = new();
        List<string> seen = [];

        // A program that is started again draws other seeds.
        _ = manual_seed(Directory.Exists(folder) ? 2 : 1);
        using InMemoryDataset numbers = new(arange(16, float32).reshape(16, 1), ones(16, 1));
        using var first = Part(0);
        using var second = Part(8);
        var train = loaders switch
        {
            "direct" => first,
            "made anew" => Enumerable.Range(0, 2).SelectMany(i => Part(8 * i)).Select(Seen),
            "two" => first.Concat(second).Select(Seen),
            _ => first.Concat(first).Select(Seen),
        };

        using var model = nn.Linear(1, 1);
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 1e-4);
        using var criterion = nn.MSELoss();
        Spy stop = new()
        {
            StepEnded = (run, step) =>
            {
                if (step.Step == stopAfter)
                {
                    run.Stop();
                }
            },
        };
        TrainerOptions options = new()
        {
            Epochs = epochs, ShowProgress = false, HandleSignals = false, CheckFirstBatch = false, OverfitBatches = overfit, Callbacks = [new Checkpoint(folder, everySteps: 1), stop],
        };
        var history = new Trainer(model, criterion, optimizer, options).Fit(train, resume: ResumeFrom.Auto, cancellationToken: cancel.Token);
        Assert.That(history.Warnings, Is.Empty);
        return seen;

        DataLoader<(Tensor features, Tensor target)> Part(long from)
        {
            var part = numbers.Subset([.. Enumerable.Range(0, 8).Select(i => from + i)]);
            return loaders == "direct"
                ? new(part.Map(sample => Seen(sample)), batchSize: 1, shuffle: true)
                : new(part, batchSize: 4, shuffle: true);
        }

        (Tensor features, Tensor target) Seen((Tensor features, Tensor target) batch)
        {
            seen.Add(string.Join(" ", batch.features.data<float>()));

            if (cancelAtFirst)
            {
                cancel.Cancel();
            }

            return batch;
        }
    }
}
