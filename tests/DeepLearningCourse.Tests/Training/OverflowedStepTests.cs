using DeepLearningCourse.Optimization;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Steps that are left out because scaled gradients overflowed. The processor refuses float16: here the scale is so large that float32 overflows.</summary>
public sealed class OverflowedStepTests : NetworkTest
{
    // From a scale of 2^127 it takes some halvings until gradients of this size are finite.
    private const double Scale = 1.7e38;

    [Test]
    public void A_step_that_overflowed_is_none()
    {
        Spy spy = new();
        var (history, rate, skipped) = Fit(new TrainerOptions { Epochs = 2, Callbacks = [spy] });

        // 6 batches an epoch.
        Assert.That(skipped, Is.InRange(1, 5));
        Assert.That(history.Epochs.Select(epoch => epoch.Steps + epoch.SkippedSteps), Is.EqualTo(new[] { 6L, 6L }));
        Assert.That((history.SkippedSteps, history.Steps), Is.EqualTo((skipped, 12 - skipped)));
        Assert.That(spy.Log.Where(line => line.StartsWith("Spy step", StringComparison.Ordinal)), Is.EqualTo(Enumerable.Range(1, (int)history.Steps).Select(step => $"Spy step {step}")));
        Assert.That(spy.Log.Count(line => line == "Spy Step"), Is.EqualTo(history.Steps), "checkpoints may be written after steps");
        Assert.That(rate, Is.EqualTo(0.001 * history.Steps).Within(1e-12), "the schedule makes its steps with the optimizer");
        Assert.That(history.ToCsv().Split('\n')[0], Does.Contain(",steps,skipped_steps,samples,"));
        Assert.That(history.ToString(), Does.Contain("skipped steps"));
        Assert.That(history.ToJson(), Does.Contain($"\"skipped_steps\": {skipped}"));
    }

    [Test]
    public void MaxSteps_counts_those_that_were_made()
    {
        var (history, _, skipped) = Fit(new TrainerOptions { Epochs = 9, MaxSteps = 3 });

        Assert.That((history.StopReason, history.Steps), Is.EqualTo((StopReason.MaxSteps, 3L)));
        Assert.That(history.Epochs.Sum(epoch => epoch.Samples), Is.EqualTo(3 + skipped), "batches of one sample");
    }

    [Test]
    public void A_stop_is_heard_at_a_step_that_was_left_out()
    {
        var (history, _, _) = Fit(new TrainerOptions { Epochs = 9, MaxTime = TimeSpan.FromTicks(1) });

        Assert.That((history.StopReason, history.Steps), Is.EqualTo((StopReason.MaxTime, 0L)));
    }

    [Test]
    public void They_survive_a_checkpoint()
    {
        using TemporaryFolder folder = new();
        var (whole, _, skipped) = Fit(new TrainerOptions { Epochs = 2 });
        Fit(new TrainerOptions { Epochs = 2, MaxSteps = 1, Callbacks = [new Checkpoint(folder.FullName)] });

        var (history, _, _) = Fit(new TrainerOptions { Epochs = 2, Callbacks = [new Checkpoint(folder.FullName)] }, ResumeFrom.Auto);

        Assert.That(history.SkippedSteps, Is.EqualTo(skipped));
        Assert.That(history.TrainLosses, Is.EqualTo(whole.TrainLosses));
    }

    private static (TrainingHistory History, double Rate, long Skipped) Fit(TrainerOptions options, ResumeFrom? resume = null)
    {
        _ = manual_seed(2);
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 1);
        using var criterion = nn.MSELoss();
        GradientScaler scaler = new(initScale: Scale, growthInterval: 1000);
        PrecisionPolicy precision = new(Precision.Float32, CPU) { Scaler = scaler };
        var quiet = options with { ShowProgress = false, CheckFirstBatch = false, ScheduleEvery = TrainingInterval.Step };
        using StopRequest stop = new(default);

        // The rate is a thousandth for each step that was made.
        var schedule = Schedules.LambdaLR(optimizer, step => 0.001 * step);
        FitSession<(Tensor features, Tensor target)> session = new(
            model, [("optimizer", optimizer, schedule)], new SupervisedWork(model, criterion, CPU), [precision], quiet, stop);
        var history = session.Run([.. Enumerable.Repeat((ones(1, 2), full(1, 1, 9f)), 6)], null, resume, null);
        return (history, optimizer.ParamGroups.Single().LearningRate, (long)Math.Round(Math.Log2(Scale / scaler.CurrentScale)));
    }
}
