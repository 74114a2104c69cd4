using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Runs that go on from a checkpoint where a limit, a folder or another option is not what it was.</summary>
public sealed class ResumeLimitTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 3, ShowProgress = false, HandleSignals = false };

    [Test]
    public void A_run_at_its_largest_number_of_steps_makes_no_more_when_it_is_resumed([Values(2, 4)] int steps)
    {
        using TemporaryFolder folder = new();
        using Line line = new();
        var batches = Batches(4);
        var options = Quiet with { MaxSteps = steps, Callbacks = [new Checkpoint(folder.FullName)] };
        line.Trainer(options).Fit(batches);
        var after = line.Bits;

        var again = line.Trainer(options).Fit(batches, resume: ResumeFrom.Auto);

        Assert.That((again.Steps, again.StopReason), Is.EqualTo(((long)steps, StopReason.MaxSteps)));
        Assert.That(line.Bits, Is.EqualTo(after));
        Assert.That(line.Trainer(options with { MaxSteps = 7 }).Fit(batches, resume: ResumeFrom.Auto).Steps, Is.EqualTo(7));
    }

    [Test]
    public void A_run_that_has_used_its_time_makes_no_step_when_it_is_resumed()
    {
        using TemporaryFolder folder = new();
        using Line line = new();
        var options = Quiet with { MaxTime = TimeSpan.FromTicks(1), Callbacks = [new Checkpoint(folder.FullName)] };

        var first = line.Trainer(options).Fit(Batches(4));
        var again = line.Trainer(options).Fit(Batches(4), resume: ResumeFrom.Auto);

        Assert.That((first.Steps, again.Steps, again.StopReason), Is.EqualTo((1L, 1L, StopReason.MaxTime)));
    }

    [Test]
    public void EarlyStopping_that_fired_together_with_a_limit_ends_the_resumed_run()
    {
        using TemporaryFolder folder = new();
        using Line line = new();
        var batches = Batches(2);

        TrainingHistory Fit(long steps) => line.Trainer(Quiet with { Epochs = 20, MaxSteps = steps, Callbacks = [new EarlyStopping(patience: 1, minDelta: 1e6), new Checkpoint(folder.FullName)] })
            .Fit(batches, batches, ResumeFrom.Auto);

        Assert.That(Fit(4).StopReason, Is.EqualTo(StopReason.MaxSteps));
        var resumed = Fit(100);

        Assert.That((resumed.StopReason, resumed.Steps), Is.EqualTo((StopReason.EarlyStopped, 4L)));
    }

    [Test]
    public void Fewer_batches_to_a_step_than_wait_for_it_make_a_step()
    {
        using TemporaryFolder folder = new();
        using Line line = new();
        using CancellationTokenSource source = new();
        using InMemoryDataset data = new(randn(24, 2), randn(24, 1));
        using DataLoader<(Tensor features, Tensor target)> loader = new(data, batchSize: 2, seed: 1);
        var seen = 0;

        Trainer<(Tensor features, Tensor target)> Trainer(int batchesPerStep) => new(
            line.Model,
            batch =>
            {
                if (++seen == 2)
                {
                    source.Cancel();
                }

                return line.Criterion.call(line.Model.call(batch.features), batch.target);
            },
            line.Optimizer,
            Quiet with { Epochs = 1, BatchesPerStep = batchesPerStep, Callbacks = [new Checkpoint(folder.FullName)] });

        Assert.That(Trainer(4).Fit(loader, cancellationToken: source.Token).Steps, Is.Zero);
        Assert.That(Trainer(1).Fit(loader, resume: ResumeFrom.Auto).Steps, Is.EqualTo(10));
    }

    [Test]
    public void A_trial_of_one_batch_runs_one_where_a_complete_run_has_left_a_checkpoint()
    {
        using TemporaryFolder folder = new();
        using Line line = new();
        var batches = Batches(3);
        var options = Quiet with { Callbacks = [new Checkpoint(folder.FullName)] };
        line.Trainer(options).Fit(batches);

        var trial = line.Trainer(options with { FastDevRun = true }).Fit(batches, batches, ResumeFrom.Auto);

        Assert.That((trial.Steps, trial.Validations.Count, trial.Warnings.Count), Is.EqualTo((1L, 1, 0)));
    }

    [Test]
    public void A_checkpoint_of_another_schedule_or_place_in_the_data_changes_nothing()
    {
        using TemporaryFolder folder = new();
        using Line saved = new();
        using Line line = new();
        using InMemoryDataset data = new(randn(24, 2), randn(24, 1));
        using DataLoader<(Tensor features, Tensor target)> small = new(data, batchSize: 2, seed: 1);
        using DataLoader<(Tensor features, Tensor target)> large = new(data, batchSize: 8, seed: 1);
        saved.Trainer(Quiet with { MaxSteps = 7, Schedule = Schedules.StepLR(saved.Optimizer, 2), Callbacks = [new Checkpoint(folder.FullName)] }).Fit(small);
        var before = line.Bits;
        var schedule = Schedules.StepLR(line.Optimizer, 2);

        Assert.That(
            () => line.Trainer(Quiet with { Schedule = Schedules.StepLR(line.Optimizer, 3) }).Fit(small, resume: folder.FullName),
            Throws.TypeOf<CheckpointException>().With.Message.Contains("is of another schedule."));
        Assert.That(line.Bits, Is.EqualTo(before));
        Assert.That(
            () => line.Trainer(Quiet with { Schedule = schedule }).Fit(large, resume: folder.FullName),
            Throws.TypeOf<CheckpointException>().With.Message.Contains("and the training data is other than it was: its batchSize was 2 and is 8, its batches was 12 and is 3."));
        Assert.That(line.Bits, Is.EqualTo(before));

        using var state = line.Optimizer.state_dict();
        Assert.That(state.State, Is.Empty);
    }

    private static (Tensor, Tensor)[] Batches(int count) => [.. Enumerable.Range(0, count).Select(_ => (randn(4, 2), randn(4, 1)))];

    private sealed class Line : IDisposable
    {
        public Linear Model { get; } = nn.Linear(2, 1);

        public MSELoss Criterion { get; } = nn.MSELoss();

        public Optimizer Optimizer => field ??= Optimizers.Adam(Model.parameters(), lr: 0.01);

        public byte[] Bits => [.. Model.parameters().SelectMany(parameter => parameter.bytes.ToArray())];

        public Trainer Trainer(TrainerOptions options) => new(Model, Criterion, Optimizer, options);

        public void Dispose()
        {
            Optimizer.Dispose();
            Criterion.Dispose();
            Model.Dispose();
        }
    }
}
