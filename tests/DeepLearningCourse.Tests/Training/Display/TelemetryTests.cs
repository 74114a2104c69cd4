using System.Diagnostics;
using System.Diagnostics.Metrics;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Display;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Display;

[NonParallelizable]
public sealed class TelemetryTests : NetworkTest
{
    [Test]
    public void Meters_count_steps_samples_and_epochs_and_show_loss_and_learning_rate()
    {
        List<(string Name, double Value, object? Network)> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == TrainingTelemetry.Name)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add((instrument.Name, value, tags[0].Value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Add((instrument.Name, value, tags[0].Value)));
        listener.Start();

        Train(new TrainerOptions { Epochs = 2, BatchesPerStep = 2 });

        Assert.Multiple(() =>
        {
            Assert.That(seen.Select(one => one.Network), Is.All.EqualTo("Line"));
            Assert.That(Of("training.steps").Sum(), Is.EqualTo(4));
            Assert.That(Of("training.samples").Sum(), Is.EqualTo(12), "those of every batch of a step");
            Assert.That(Of("training.epochs").Sum(), Is.EqualTo(2));
            Assert.That(Of("training.loss"), Is.EqualTo(new[] { 1, 1, 1, 1 }));
            Assert.That(Of("training.validation.loss"), Is.EqualTo(new[] { 1, 1 }));
            Assert.That(Of("training.learning_rate"), Is.All.EqualTo(0.0).And.Exactly(4).Items);
            Assert.That(Of("training.step.duration"), Is.All.Positive.And.Exactly(4).Items);
            Assert.That(Of("training.epoch.duration"), Is.All.Positive.And.Exactly(2).Items);
        });

        IEnumerable<double> Of(string name) => seen.Where(one => one.Name == name).Select(one => one.Value);
    }

    [Test]
    public void Traces_have_a_fit_with_epochs_with_validations()
    {
        var activities = Traced(() => Train(new TrainerOptions { Epochs = 2 }));
        var fit = activities.Single(activity => activity.OperationName == "fit");
        var epochs = activities.Where(activity => activity.OperationName == "epoch").ToList();
        var validations = activities.Where(activity => activity.OperationName == "validation").ToList();

        Assert.Multiple(() =>
        {
            Assert.That(epochs.Select(epoch => epoch.Parent), Is.All.SameAs(fit).And.Exactly(2).Items);
            Assert.That(validations.Select(validation => validation.Parent), Is.EqualTo(epochs));
            Assert.That(fit.GetTagItem("training.network"), Is.EqualTo("Line"));
            Assert.That(fit.GetTagItem("training.stop_reason"), Is.EqualTo("Completed"));
            Assert.That(fit.GetTagItem("training.steps"), Is.EqualTo(6));
            Assert.That(epochs.Select(epoch => epoch.GetTagItem("training.epoch")), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(epochs[0].GetTagItem("training.loss"), Is.EqualTo(1.0));
            Assert.That(validations[0].GetTagItem("training.validation.loss"), Is.EqualTo(1.0));
            Assert.That(activities.Select(activity => activity.Status), Is.All.EqualTo(ActivityStatusCode.Unset));
            Assert.That(activities.Select(activity => activity.IsStopped), Is.All.True);
        });
    }

    [Test]
    public void A_failure_is_the_status_of_all_that_was_open()
    {
        var activities = Traced(() => Assert.That(() => Train(new TrainerOptions { Callbacks = [new Thrower()] }),
            Throws.InvalidOperationException.With.Message.EqualTo("no more")));

        Assert.That(activities.Select(activity => (activity.OperationName, activity.Status, activity.StatusDescription, activity.IsStopped)), Is.EqualTo(new[]
        {
            ("validation", ActivityStatusCode.Error, "no more", true),
            ("epoch", ActivityStatusCode.Error, "no more", true),
            ("fit", ActivityStatusCode.Error, "no more", true),
        }));
        Assert.That(activities[^1].Events.Single().Name, Is.EqualTo("exception"));
        Assert.That(activities[^1].GetTagItem("training.stop_reason"), Is.EqualTo("Failed"));
        Assert.That(Activity.Current, Is.Null);
    }

    [Test]
    public void A_run_that_is_stopped_leaves_nothing_open()
    {
        var activities = Traced(() => Train(new TrainerOptions { Callbacks = [new Stopper()] }));

        Assert.That(activities.Select(activity => activity.OperationName), Is.EqualTo(new[] { "epoch", "fit" }));
        Assert.That(activities[^1].GetTagItem("training.stop_reason"), Is.EqualTo("Stopped"));
        Assert.That(activities[^1].Status, Is.EqualTo(ActivityStatusCode.Unset));
    }

    [Test]
    public void Without_a_listener_a_step_allocates_nothing()
    {
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var run = Runs.Run(model, optimizer, new TrainerOptions(), new TrainingHistory());
        RunTelemetry telemetry = new();
        telemetry.OnFitStarted(run);
        telemetry.OnEpochStarted(run);
        telemetry.OnStepEnded(run, default);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var step = 0; step < 1000; step++)
        {
            telemetry.OnStepEnded(run, default);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1000));
    }

    private static List<Activity> Traced(Action run)
    {
        List<Activity> stopped = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == TrainingTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Add,
        };
        ActivitySource.AddActivityListener(listener);
        run();
        return stopped;
    }

    private static void Train(TrainerOptions options)
    {
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0);
        model.fc.weight.SetData(zeros(1, 2));
        model.fc.bias!.SetData(zeros(1));
        (Tensor, Tensor)[] data = [(ones(2, 2), ones(2, 1)), (ones(2, 2), ones(2, 1)), (ones(2, 2), ones(2, 1))];
        new Trainer(model, criterion, optimizer, options with { ShowProgress = false, HandleSignals = false }).Fit(data, data);
    }

    private sealed class Thrower : ITrainingCallback
    {
        public void OnValidated(TrainingRun run, Evaluation validation) => throw new InvalidOperationException("no more");
    }

    private sealed class Stopper : ITrainingCallback
    {
        public void OnStepEnded(TrainingRun run, StepResult result) => run.Stop();
    }
}
