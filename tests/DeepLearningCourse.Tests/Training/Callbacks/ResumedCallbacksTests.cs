using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Callbacks;

public sealed class ResumedCallbacksTests : NetworkTest
{
    [Test]
    public void A_run_that_was_stopped_and_resumed_ends_as_the_undisturbed_one([Values(1, 2, 3, 5, 6, 8, 9, 10)] int stopAt, [Values] bool averages)
    {
        using TemporaryFolder folder = new();
        using Run undisturbed = new(folder["whole"], averages);
        using Run first = new(folder["parts"], averages);
        using Run second = new(folder["parts"], averages);

        var whole = undisturbed.Fit(null, null);
        var part = first.Fit(stopAt, null);
        var resumed = second.Fit(null, ResumeFrom.Auto);

        Assert.That(whole.StopReason, Is.EqualTo(StopReason.EarlyStopped));
        Assert.That(part.StopReason, Is.EqualTo(StopReason.Stopped));
        Assert.That(resumed.StopReason, Is.EqualTo(StopReason.EarlyStopped));
        Assert.That(undisturbed.Stopping.BestStep, Is.LessThan(whole.Steps).And.GreaterThan(1));
        Assert.That(second.Text(), Is.EqualTo(undisturbed.Text()));

        foreach (var (name, value) in undisturbed.Model.state_dict())
        {
            Assert.That(second.Model.state_dict()[name].equal(value).all().item<bool>(), Is.True, name);
        }
    }

    [Test]
    public void A_run_that_was_stopped_early_is_over_and_gives_the_best_weights_again()
    {
        using TemporaryFolder folder = new();
        using Run run = new(folder["run"], averages: false);
        using Run again = new(folder["run"], averages: false);
        _ = run.Fit(null, null);

        var history = again.Fit(null, ResumeFrom.Auto);

        Assert.That(history.StopReason, Is.EqualTo(StopReason.EarlyStopped));
        Assert.That(again.Text(), Is.EqualTo(run.Text()));
        Assert.That(again.Model.state_dict().All(entry => entry.Value.equal(run.Model.state_dict()[entry.Key]).all().item<bool>()), Is.True);
    }

    [Test]
    public void Best_weights_that_the_checkpoint_lacks_are_looked_for_anew()
    {
        using TemporaryFolder folder = new();
        TrainerOptions Options(EarlyStopping stopping, int epochs) => new() { Epochs = epochs, Callbacks = [new Checkpoint(folder.FullName), stopping] };
        using ScriptedRun before = new(1, 2);
        using ScriptedRun after = new(3, 4);
        EarlyStopping keeping = new(patience: 9);
        _ = before.Fit(Options(new EarlyStopping(9, restoreBest: false), 2));

        var history = after.Fit(Options(keeping, 4), resume: ResumeFrom.Auto);

        Assert.That(history.Warnings.Single(), Does.StartWith("The checkpoint has no best weights"));
        Assert.That((keeping.BestEpoch, keeping.BestValue), Is.EqualTo((3, 3.0)));
        Assert.That(after.Values.Weight, Is.EqualTo(-3));
    }

    private sealed class Run : IDisposable
    {
        private readonly string folder;
        private readonly bool averages;
        private readonly GradientMonitor gradients = new(everySteps: 2, vanishingRatio: 0.9);
        private readonly LearningRateMonitor steps = new();
        private readonly LearningRateMonitor epochs = new(TrainingInterval.Epoch);
        private readonly NanGuard guard = new();

        public Run(string folder, bool averages)
        {
            (this.folder, this.averages) = (folder, averages);
            _ = manual_seed(1);
            Model = new Network();
        }

        public Network Model { get; }

        public EarlyStopping Stopping { get; } = new(patience: 6);

        public TrainingHistory Fit(int? stopAt, ResumeFrom? resume)
        {
            _ = manual_seed(2);
            var (X, y) = (rand(24, 4), rand(24, 1).round());
            using InMemoryDataset data = new(X, y);
            using DataLoader<(Tensor, Tensor)> train = new(data, batchSize: 8, shuffle: true, seed: 3);
            using DataLoader<(Tensor, Tensor)> statistics = new(data, batchSize: 8);
            (Tensor, Tensor)[] validation = [(rand(8, 4), rand(8, 1).round())];
            using var optimizer = Optimizers.Adam(Model.parameters(), lr: 0.05);
            using var criterion = nn.BCEWithLogitsLoss();
            using var average = averages ? WeightAverage.Ema(Model, 0.5) : null;
            var stop = TrainingCallbacks.OnStepEnded((run, step) =>
            {
                if (step.Step == stopAt)
                {
                    run.Stop();
                }
            });
            TrainerOptions options = new()
            {
                Epochs = 50,
                Seed = 5,
                ValidateEverySteps = 2,
                Average = average,
                Schedule = Schedules.ExponentialLR(optimizer, 0.9),
                ShowProgress = false,
                Callbacks = [new Checkpoint(folder), Stopping, gradients, steps, epochs, guard, stop, .. averages ? [new ModelAveraging(statistics)] : Array.Empty<ITrainingCallback>()],
            };
            return new Trainer(Model, criterion, optimizer, options).Fit(train, validation, resume);
        }

        /// <summary>All that the callbacks wrote down.</summary>
        public string Text() => string.Join('\n', Stopping.State.Values["state"], gradients.State.Values["state"], steps.ToCsv(), epochs.ToCsv());

        public void Dispose()
        {
            Model.Dispose();
            guard.Dispose();
        }
    }

    private sealed class Network : MyNeuralNetwork
    {
        public Linear w1 { get; } = nn.Linear(4, 8);

        public BatchNorm1d norm { get; } = nn.BatchNorm1d(8);

        public Dropout dropout { get; } = nn.Dropout(0.3);

        public Linear w2 { get; } = nn.Linear(8, 1);

        public override Tensor forward(Tensor x) => w2.call(dropout.call(norm.call(w1.call(x)).relu()));
    }
}
