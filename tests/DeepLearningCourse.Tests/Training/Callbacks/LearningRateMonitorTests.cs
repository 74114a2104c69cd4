using System.Globalization;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Callbacks;

public sealed class LearningRateMonitorTests : NetworkTest
{
    private readonly LearningRateMonitor steps = new();
    private readonly LearningRateMonitor epochs = new(TrainingInterval.Epoch);

    [Test]
    public void A_steps_rate_is_the_one_it_was_made_with()
    {
        Fit(TrainingInterval.Step, groups: false);

        Assert.That(steps.Names, Is.EqualTo(new[] { "lr" }));
        Assert.That(steps.Steps, Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(steps.Epochs, Is.EqualTo(new[] { 1, 1, 2, 2 }));
        Assert.That(steps.Rates.Single(), Is.EqualTo(new[] { 1, 0.5, 0.25, 0.125 }));
        Assert.That(epochs.Steps, Is.EqualTo(new[] { 1, 3 }));
        Assert.That(epochs.Rates.Single(), Is.EqualTo(new[] { 1, 0.25 }));
    }

    [Test]
    public void All_groups_are_written_down_and_the_table_does_not_depend_on_the_language()
    {
        var culture = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("es-CL");
            Fit(TrainingInterval.Epoch, groups: true);
            Assert.That(epochs.ToCsv(), Is.EqualTo("step,epoch,group 1,group 2\n1,1,0.5,1\n3,2,0.25,0.5\n"));
            Assert.That(steps.ToCsv(), Does.EndWith("\n4,2,0.25,0.5\n"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Test]
    public void Several_optimizers_have_names_and_a_second_run_begins_anew()
    {
        using BinaryClassifier model = new();
        using var first = Optimizers.SGD(model.w1.parameters(), lr: 0.1);
        using var second = Optimizers.SGD(model.w2.parameters(), lr: 0.2);
        TrainingPhase<Tensor>[] phases =
        [
            new("one", batch => model.call(batch).sum(), first),
            new("two", batch => model.call(batch).sum(), second),
        ];
        Trainer<Tensor> trainer = new(model, phases, new TrainerOptions { Epochs = 1, ShowProgress = false, CheckFirstBatch = false, Callbacks = [steps] });

        trainer.Fit([rand(2, 10)]);
        trainer.Fit([rand(2, 10)]);

        Assert.That(steps.Names, Is.EqualTo(new[] { "optimizer 1 group 1", "optimizer 2 group 1" }));
        Assert.That(steps.Rates, Is.EqualTo(new[] { new[] { 0.1 }, [0.2] }));
    }

    [Test]
    public void An_epoch_that_a_resumed_run_begins_again_is_written_down_once()
    {
        using TemporaryFolder folder = new();
        using ScriptedRun before = new(1.0) { Steps = 2 };
        using ScriptedRun after = new(1.0) { Steps = 2 };
        TrainerOptions options = new() { Epochs = 3, Callbacks = [new Checkpoint(folder.FullName), epochs] };

        var history = before.Fit(options with { Callbacks = [.. options.Callbacks, new StopAtEpoch(2)] });
        Assert.That((history.StopReason, history.Steps), Is.EqualTo((StopReason.Stopped, 2L)));
        Assert.That(epochs.Steps, Is.EqualTo(new[] { 1, 3 }));
        _ = after.Fit(options, resume: ResumeFrom.Auto);

        Assert.That(epochs.Steps, Is.EqualTo(new[] { 1, 3, 5 }));
        Assert.That(epochs.Rates.Single(), Is.EqualTo(new[] { 1, 1, 1 }));
    }

    private void Fit(TrainingInterval every, bool groups)
    {
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = groups
            ? Optimizers.SGD(model.ParameterGroups(1, ("*.bias", 0.5)), new SGDOptions())
            : Optimizers.SGD(model.parameters(), lr: 1);
        TrainerOptions options = new()
        {
            Epochs = 2,
            Schedule = Schedules.ExponentialLR(optimizer, 0.5),
            ScheduleEvery = every,
            ShowProgress = false,
            Callbacks = [steps, epochs],
        };
        (Tensor, Tensor)[] data = [(rand(2, 2), rand(2, 1)), (rand(2, 2), rand(2, 1))];
        _ = new Trainer(model, criterion, optimizer, options).Fit(data);
    }

    private sealed class StopAtEpoch(int epoch) : ITrainingCallback
    {
        public void OnEpochStarted(TrainingRun run)
        {
            if (run.Epoch == epoch)
            {
                run.Stop();
            }
        }
    }
}
