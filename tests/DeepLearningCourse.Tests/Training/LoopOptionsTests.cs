using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class LoopOptionsTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 3, ShowProgress = false, HandleSignals = false };

    [Test]
    public void MaxSteps_ends_within_an_epoch_and_at_its_end()
    {
        var within = Fit(Quiet with { MaxSteps = 4 });
        var atEnd = Fit(Quiet with { MaxSteps = 6 });

        Assert.That((within.StopReason, within.Steps), Is.EqualTo((StopReason.MaxSteps, 4L)));
        Assert.That(within.Epochs.Select(epoch => (epoch.Steps, epoch.IsPartial)), Is.EqualTo(new[] { (3L, false), (1, true) }));
        Assert.That((atEnd.StopReason, atEnd.Steps, atEnd.Epochs.Count), Is.EqualTo((StopReason.MaxSteps, 6L, 2)));
    }

    [Test]
    public void A_step_is_a_step_of_the_optimizer()
    {
        var history = Fit(Quiet with { MaxSteps = 3, BatchesPerStep = 2 });

        // 3 batches are 2 steps, the second of one batch.
        Assert.That(history.Epochs.Select(epoch => epoch.Steps), Is.EqualTo(new[] { 2L, 1 }));
        Assert.That(history.Steps, Is.EqualTo(3));
    }

    [Test]
    public void MaxTime_ends_after_a_step()
    {
        var history = Fit(Quiet with { Epochs = 1_000_000, MaxTime = TimeSpan.FromMilliseconds(60) });

        Assert.That(history.StopReason, Is.EqualTo(StopReason.MaxTime));
        Assert.That(history.Steps, Is.GreaterThan(0));
    }

    [Test]
    public void Validation_is_as_often_as_was_asked_for()
    {
        var history = Fit(Quiet with { Epochs = 4, ValidateEveryEpochs = 2, ValidateEverySteps = 5 });

        Assert.That(history.Epochs.Select(epoch => epoch.Validation is not null), Is.EqualTo(new[] { false, true, false, true }));
        Assert.That(history.Validations.Select(v => (v.Step, v.Epoch)), Is.EqualTo(new[] { (5L, 2), (6, 2), (10, 4), (12, 4) }));
    }

    [Test]
    public void The_validation_after_an_epochs_last_step_is_the_epochs([Values(1, 3)] int every)
    {
        Spy spy = new();
        var history = Fit(Quiet with { ValidateEverySteps = every, Callbacks = [spy] });

        Assert.That(history.Validations.Select(v => v.Step), Is.EqualTo(Enumerable.Range(1, 9).Where(step => step % every == 0).Select(step => (long)step)));
        Assert.That(history.Epochs.Select(epoch => epoch.Validation), Is.EqualTo(history.Validations.Where(v => v.Step % 3 == 0).Select(v => v.Evaluation)));
        Assert.That(spy.Log.Count(line => line == "Spy validated"), Is.EqualTo(history.Validations.Count));
    }

    [Test]
    public void An_average_that_takes_an_epochs_weights_in_is_measured_once_with_them()
    {
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.01);
        using var criterion = nn.MSELoss();
        using var average = WeightAverage.Swa(model);
        Trainer trainer = new(model, criterion, optimizer, Quiet with { ValidateEverySteps = 3, Average = average, AverageEvery = TrainingInterval.Epoch });

        var history = trainer.Fit(Batches(), Batches());

        Assert.That(history.Validations.Select(v => v.Step), Is.EqualTo(new[] { 3L, 6, 9 }));

        using (average.Apply())
        {
            Assert.That(trainer.Evaluate(Batches()).Loss, Is.EqualTo(history.ValidationLosses[^1]), "of the average with the last epoch's weights");
        }
    }

    [Test]
    public void A_schedule_that_watches_the_validation_takes_no_note_of_epochs_without_one()
    {
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.01);
        using var criterion = nn.MSELoss();
        var schedule = Schedules.ReduceLROnPlateau(optimizer, new PlateauOptions { Patience = 0, Factor = 0.5 });

        // The validation loss falls, and is always larger than the training loss.
        var history = new Trainer(model, criterion, optimizer, Quiet with { Epochs = 6, ValidateEveryEpochs = 2, Schedule = schedule, CheckFirstBatch = false })
            .Fit([(ones(2, 2), full(2, 1, 9f))], [(ones(2, 2), full(2, 1, 90f))]);

        Assert.That(history.ValidationLosses, Is.Ordered.Descending.And.Count.EqualTo(3));
        Assert.That(history.Epochs.Select(epoch => epoch.LearningRates[0]), Is.All.EqualTo(0.01));
    }

    [Test]
    public void A_seed_gives_the_same_run_again()
    {
        using var model = nn.Sequential(nn.Dropout(0.5), nn.Linear(2, 1));
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0);
        using var criterion = nn.MSELoss();
        Trainer trainer = new(model, criterion, optimizer, Quiet with { Seed = 4 });

        var first = trainer.Fit(Batches());
        _ = rand(5);
        var second = trainer.Fit(Batches());

        Assert.That(second.TrainLosses, Is.EqualTo(first.TrainLosses));
        Assert.That(first.TrainLosses.Distinct().Count(), Is.EqualTo(3), "each epoch drops others");
    }

    [Test]
    public void Deterministic_is_for_the_run_alone()
    {
        List<bool> seen = [];
        Fit(Quiet with { Deterministic = true, Callbacks = [new Spy { EpochStarted = _ => seen.Add(LibTorchSettings.DeterministicAlgorithms) }] });

        Assert.That(seen, Is.EqualTo(new[] { true, true, true }));
        Assert.That(LibTorchSettings.DeterministicAlgorithms, Is.False);
    }

    [Test]
    public void OverfitBatches_takes_the_same_batches_each_epoch([Values] bool loader)
    {
        List<double> seen = [];
        using InMemoryDataset data = new(arange(20, ScalarType.Float32).reshape(10, 2), zeros(10, 1));
        using DataLoader<(Tensor features, Tensor target)> shuffled = new(data, batchSize: 2, shuffle: true, seed: 1);
        IEnumerable<(Tensor, Tensor)> plain = [.. Enumerable.Range(0, 5).Select(i => (full(2, 2, (float)i), zeros(2, 1)))];

        Fit(Quiet with { OverfitBatches = 2 }, loader ? shuffled : plain, X => seen.Add(X.data<float>().ToArray().Sum()));

        Assert.That(seen, Has.Count.EqualTo(6));
        Assert.That(seen.Skip(2).Take(2), Is.EqualTo(seen.Take(2)));
        Assert.That(seen.Skip(4), Is.EqualTo(seen.Take(2)));
    }

    [Test]
    public void FastDevRun_runs_one_batch_of_each()
    {
        var history = Fit(Quiet with { FastDevRun = true });

        Assert.That((history.Steps, history.Epochs.Count, history.Epochs[0].Validation!.Samples), Is.EqualTo((1L, 1, 2L)));
    }

    [Test]
    public void The_time_of_a_step_divides()
    {
        var times = Fit(Quiet with { Epochs = 1 }).Epochs[0].Times;

        Assert.That(new[] { times.Data, times.Forward, times.Backward, times.Update }, Has.All.GreaterThan(TimeSpan.Zero));
        Assert.That(times.Total, Is.LessThanOrEqualTo(Fit(Quiet with { Epochs = 1 }).Epochs[0].Duration + TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void Values_that_cannot_be_are_refused() => Assert.Multiple(() =>
    {
        Refuses(Quiet with { MaxSteps = 0 }, "TrainerOptions.MaxSteps is the number of steps of the optimizer: at least 1.");
        Refuses(Quiet with { MaxTime = TimeSpan.Zero }, "TrainerOptions.MaxTime is greater than 0, or null for no limit.");
        Refuses(Quiet with { ValidateEveryEpochs = 0 }, "TrainerOptions.ValidateEveryEpochs is the number of epochs from one validation to the next: at least 1.");
        Refuses(Quiet with { ValidateEverySteps = 0 }, "TrainerOptions.ValidateEverySteps is the number of steps from one validation to the next: at least 1.");
        Refuses(Quiet with { OverfitBatches = 0 }, "TrainerOptions.OverfitBatches is the number of batches to be learnt by heart: at least 1.");
        Refuses(Quiet with { LogEverySteps = 0 }, "TrainerOptions.LogEverySteps is the number of steps from one report to the next: at least 1.");
    });

    [Test]
    public void A_trainer_trains_once_at_a_time()
    {
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.SGD(model.parameters());
        using var criterion = nn.MSELoss();
        Trainer? trainer = null;
        trainer = new(model, criterion, optimizer, Quiet with { Callbacks = [new Spy { EpochStarted = _ => trainer!.Fit(Batches()) }] });

        Assert.That(() => trainer.Fit(Batches()), Throws.InvalidOperationException.With.Message.StartsWith("This trainer is training already."));
        Assert.That(() => trainer.Stop(), Throws.Nothing);
    }

    private static void Refuses(TrainerOptions options, string sentence) =>
        Assert.That(() => Fit(options), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(sentence));

    private static TrainingHistory Fit(TrainerOptions options, IEnumerable<(Tensor, Tensor)>? batches = null, Action<Tensor>? seen = null)
    {
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.SGD(model.parameters());
        using var criterion = nn.MSELoss();
        Trainer<(Tensor X, Tensor y)> trainer = new(
            model,
            batch =>
            {
                if (model.training)
                {
                    seen?.Invoke(batch.X);
                }

                return criterion.call(model.call(batch.X), batch.y);
            },
            optimizer, options);
        return trainer.Fit(batches ?? Batches(), Batches());
    }

    private static (Tensor, Tensor)[] Batches() => [(ones(2, 2), ones(2, 1)), (ones(2, 2), ones(2, 1)), (ones(1, 2), ones(1, 1))];
}
