using System.Diagnostics;
using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Runs that are asked to stop while a sample hangs.</summary>
public sealed class StoppingTests : TensorTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // Half a second is what a sample has to come back by itself; the rest is a busy machine's.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    public enum Way
    {
        Token,
        Stop,
        Interrupt,
    }

    public enum Source
    {
        Loader,
        Workers,
        PersistentWorkers,
        Linq,
        Sequence,
    }

    // Tensors of other threads are counted there.
    protected override long LiveTensors => 0;

    private static IEnumerable<object[]> Runs =>
        from way in Enum.GetValues<Way>()
        from source in Enum.GetValues<Source>()
        select new object[] { way, source };

    [TestCaseSource(nameof(Runs)), Attack]
    public void A_run_whose_data_hangs_ends_at_once_with_its_checkpoint_and_history(Way way, Source source)
    {
        using TemporaryFolder folder = new();
        using Hang hang = new();
        using CancellationTokenSource cancellation = new();
        using Network network = new();
        var loader = hang.Loader(source);
        Checkpoint checkpoint = new(folder.FullName);
        using CountdownEvent steps = new(3);
        Spy spy = new() { StepEnded = (_, _) => steps.Signal() };
        var trainer = network.Trainer(new TrainerOptions { ShowProgress = false, HandleSignals = way == Way.Interrupt, CheckFirstBatch = false, Callbacks = [checkpoint, spy] });

        var running = trainer.FitAsync(hang.Batches(loader, source), cancellationToken: cancellation.Token);
        Assert.That(hang.Hangs.Wait(Limit) && steps.Wait(Limit));
        var took = Stopwatch.StartNew();
        Ask(way, trainer, cancellation);
        Assert.That(running.Wait(Limit), "the run waits for the sample");
        took.Stop();
        var history = running.Result;

        Assert.That(took.Elapsed, Is.LessThan(AtOnce));
        Assert.That(history.StopReason, Is.EqualTo(way switch { Way.Token => StopReason.Canceled, Way.Stop => StopReason.Stopped, _ => StopReason.Interrupted }));
        Assert.That((history.Steps, history.Epochs.Single().IsPartial), Is.EqualTo((3L, true)));
        Assert.That(checkpoint.Last, Does.EndWith("step-0000000003.pt"));
        hang.Release();
        loader.Dispose();
        AttackRecords.Add("Stopping a training", $"data that hangs ({source}), ended by {way}", $"ended after {took.ElapsedMilliseconds} ms with its checkpoint");
    }

    [Test]
    public void A_validation_that_hangs_is_given_up_and_its_epoch_is_partial([Values] bool workers)
    {
        using Hang hang = new();
        using CancellationTokenSource cancellation = new();
        using Network network = new();
        var loader = hang.Loader(workers ? Source.Workers : Source.Loader);
        var trainer = network.Trainer(new TrainerOptions { ShowProgress = false, HandleSignals = false, CheckFirstBatch = false });

        var running = trainer.FitAsync([(ones(2, 2), ones(2, 1))], loader, cancellationToken: cancellation.Token);
        Assert.That(hang.Hangs.Wait(Limit));
        cancellation.Cancel();
        Assert.That(running.Wait(AtOnce), "the run waits for the sample");

        var epoch = running.Result.Epochs.Single();
        Assert.That((epoch.IsPartial, epoch.Steps, epoch.Validation), Is.EqualTo((true, 1L, (Evaluation?)null)));
        hang.Release();
        loader.Dispose();
    }

    [Test, TimeLimit(120)]
    public void A_sample_whose_wait_was_ended_is_no_bad_sample_that_is_left_out()
    {
        using ManualResetEventSlim reading = new();
        using Network network = new();
        DelegateDataset<(Tensor, Tensor)> data = new(3, i =>
        {
            if (i == 2)
            {
                reading.Set();
                Thread.Sleep(Limit);
            }

            return (ones(2), ones(1));
        });
        using DataLoader<(Tensor features, Tensor target)> loader = new(data, badSamples: BadSamples.Skip);
        var trainer = network.Trainer(new TrainerOptions { ShowProgress = false, HandleSignals = false });

        var running = trainer.FitAsync(loader.Select(batch => batch));
        Assert.That(reading.Wait(Limit));
        trainer.Stop();

        Assert.That(running.Wait(Limit));
        Assert.That((running.Result.StopReason, running.Result.Steps), Is.EqualTo((StopReason.Stopped, 2L)));
        Assert.That(loader.SkippedSamples, Is.Empty);
    }

    [Test]
    public void An_epoch_at_whose_end_a_callback_gives_up_comes_once()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource cancellation = new();
        using Network network = new();
        (Tensor, Tensor)[] batches = [(ones(2, 2), ones(2, 1))];
        Spy spy = new()
        {
            EpochEnded = (_, _) =>
            {
                cancellation.Cancel();
                cancellation.Token.ThrowIfCancellationRequested();
            },
        };
        var options = new TrainerOptions { Epochs = 3, ShowProgress = false, HandleSignals = false };
        network.Trainer(options with { Callbacks = [new Checkpoint(folder.FullName), spy] }).Fit(batches, cancellationToken: cancellation.Token);

        var history = network.Trainer(options with { Callbacks = [new Checkpoint(folder.FullName)] }).Fit(batches, resume: ResumeFrom.Auto);

        Assert.That(history.Epochs.Select(epoch => epoch.Epoch), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(history.Steps, Is.EqualTo(3));
    }

    [Test]
    public void A_sequence_is_asked_for_no_batch_once_the_run_is_to_stop()
    {
        using CancellationTokenSource cancellation = new();
        using Network network = new();
        var served = 0;
        var trainer = network.Trainer(new TrainerOptions { ShowProgress = false, HandleSignals = false, CheckFirstBatch = false, BatchesPerStep = 100 });

        var history = trainer.Fit(Batches(), cancellationToken: cancellation.Token);

        Assert.That((history.StopReason, history.Steps, served), Is.EqualTo((StopReason.Canceled, 0L, 3)), "within a step of 100 batches");
        Assert.That((history.Epochs.Single().Samples, history.Epochs[0].GradientNorm), Is.EqualTo((6L, (double?)null)));

        IEnumerable<(Tensor, Tensor)> Batches()
        {
            while (true)
            {
                if (++served == 3)
                {
                    cancellation.Cancel();
                }

                yield return (ones(2, 2), ones(2, 1));
            }
        }
    }

    [Test]
    public void An_evaluation_that_hangs_is_given_up()
    {
        using Hang hang = new();
        using CancellationTokenSource cancellation = new();
        using Network network = new();
        using var loader = hang.Loader(Source.Loader);
        var running = Task.Run(() => network.Trainer(new TrainerOptions()).Evaluate(loader, cancellation.Token));
        Assert.That(hang.Hangs.Wait(Limit));

        cancellation.Cancel();

        Assert.That(() => running.Wait(AtOnce), Throws.InnerException.InstanceOf<OperationCanceledException>());
    }

    private static void Ask(Way way, Trainer trainer, CancellationTokenSource cancellation)
    {
        switch (way)
        {
            case Way.Token:
                cancellation.Cancel();
                break;
            case Way.Stop:
                trainer.Stop();
                break;
            default:
                Assert.That(Notebook.Interrupt());
                break;
        }
    }

    /// <summary>Data whose fourth batch of two hangs.</summary>
    private sealed class Hang : IDisposable
    {
        private readonly ManualResetEventSlim release = new();

        public ManualResetEventSlim Hangs { get; } = new();

        public DataLoader<(Tensor features, Tensor target)> Loader(Source source) => new(
            new DelegateDataset<(float[], float[])>(20, Sample), batchSize: 2, numWorkers: source is Source.Workers or Source.PersistentWorkers or Source.Linq ? 1 : 0,
            persistentWorkers: source == Source.PersistentWorkers);

        public IEnumerable<(Tensor features, Tensor target)> Batches(DataLoader<(Tensor features, Tensor target)> loader, Source source) => source switch
        {
            Source.Linq => loader.Select(batch => batch),
            Source.Sequence => Sequence(),
            _ => loader,
        };

        public void Release() => release.Set();

        public void Dispose() => release.Set();

        private (float[], float[]) Sample(long index)
        {
            if (index == 6)
            {
                Hangs.Set();
                release.Wait(Limit);
            }

            return ([1, 2], [3]);
        }

        private IEnumerable<(Tensor features, Tensor target)> Sequence()
        {
            for (var i = 0; i < 10; i++)
            {
                _ = Sample(2 * i);
                yield return (ones(2, 2), ones(2, 1));
            }
        }
    }

    private sealed class Network : IDisposable
    {
        private readonly TorchSharp.Modules.Linear model = nn.Linear(2, 1);
        private readonly TorchSharp.Modules.MSELoss criterion = nn.MSELoss();
        private readonly Optimizer optimizer;

        public Network() => optimizer = Optimizers.SGD(model.parameters(), lr: 0.01);

        public Trainer Trainer(TrainerOptions options) => new(model, criterion, optimizer, options);

        public void Dispose()
        {
            optimizer.Dispose();
            criterion.Dispose();
            model.Dispose();
        }
    }
}
