using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Schedules, averages and optimizers of several evaluations, as the Trainer runs them.</summary>
public sealed class TrainerOptimizationTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 4, ShowProgress = false };

    [Test]
    public void A_schedule_makes_its_steps_after_each_epoch_or_each_step()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var byEpoch = Optimizers.SGD(model.parameters(), lr: 1e-3);
        using var byStep = Optimizers.SGD(model.parameters(), lr: 1e-3);

        var epochs = new Trainer(model, criterion, byEpoch, Quiet with { Schedule = Schedules.ExponentialLR(byEpoch, 0.5) }).Fit(Data());
        new Trainer(model, criterion, byStep, Quiet with { Schedule = Schedules.ExponentialLR(byStep, 0.5), ScheduleEvery = TrainingInterval.Step }).Fit(Data());

        Assert.That(epochs.Epochs.Select(epoch => epoch.LearningRates[0]), Is.EqualTo(new[] { 1e-3, 5e-4, 2.5e-4, 1.25e-4 }).Within(1e-15));
        Assert.That(byEpoch.Groups[0].LearningRate, Is.EqualTo(1e-3 / 16).Within(1e-15));
        Assert.That(byStep.Groups[0].LearningRate, Is.EqualTo(1e-3 * Math.Pow(0.5, 4 * Data().Count)).Within(1e-15));
    }

    [Test]
    public void A_plateau_watches_the_validation_loss()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 1e-9);
        var schedule = Schedules.ReduceLROnPlateau(optimizer, new() { Patience = 1, Eps = 0 });

        new Trainer(model, criterion, optimizer, Quiet with { Schedule = schedule }).Fit(Data(), Data());

        Assert.That(optimizer.Groups[0].LearningRate, Is.EqualTo(1e-10).Within(1e-20));
        Assert.That(
            () => new Trainer(model, criterion, optimizer, Quiet with { Schedule = schedule, ScheduleEvery = TrainingInterval.Step }),
            Throws.ArgumentException.With.Message.Contains("leave TrainerOptions.ScheduleEvery at Epoch"));
    }

    [Test]
    public void Validation_is_of_the_average_and_the_network_keeps_its_own_weights()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.1);
        using var average = WeightAverage.Swa(model);
        var data = Data();

        var history = new Trainer(model, criterion, optimizer, Quiet with
        {
            Average = average, AverageEvery = TrainingInterval.Epoch, AverageFromEpoch = 3,
        }).Fit(data, data);

        var own = new Trainer(model, criterion, optimizer, Quiet).Evaluate(data).Loss;
        average.CopyTo(model);
        var averaged = new Trainer(model, criterion, optimizer, Quiet).Evaluate(data).Loss;
        Assert.That(average.Updates, Is.EqualTo(2));
        Assert.That(history.ValidationLosses[^1], Is.EqualTo(averaged).Within(1e-12));
        Assert.That(own, Is.Not.EqualTo(averaged).Within(1e-9));
    }

    [Test]
    public void An_average_is_taken_after_each_step_by_default()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.1);
        using var average = WeightAverage.Ema(model);

        new Trainer(model, criterion, optimizer, Quiet with { Average = average, BatchesPerStep = 2 }).Fit(Data());

        Assert.That(average.Updates, Is.EqualTo(4 * 2));
    }

    [Test]
    public void BFloat16_trains_almost_as_float32_and_parameters_stay_float32()
    {
        double Last(Precision precision)
        {
            manual_seed(1);
            using var model = new BinaryClassifier();
            using var criterion = nn.BCEWithLogitsLoss();
            using var optimizer = Optimizers.Adam(model.parameters(), lr: 1e-2);
            using var scope = NewDisposeScope();
            var x = randn(64, 10);
            var history = new Trainer(model, criterion, optimizer, Quiet with { Epochs = 30, Precision = precision, ClipNorm = 1, BatchesPerStep = 2 })
                .Fit([.. x.split(16).Zip(x.sum(1, keepdim: true).gt(0).to(ScalarType.Float32).split(16))]);
            Assert.That(model.parameters().Select(parameter => parameter.dtype), Is.All.EqualTo(ScalarType.Float32));
            return history.TrainLosses[^1];
        }

        var (wide, narrow) = (Last(Precision.Float32), Last(Precision.BFloat16));

        Assert.That(narrow, Is.EqualTo(wide).Within(0.03));
        Assert.That(narrow, Is.Not.EqualTo(wide));
        Assert.That(() => Last(Precision.Float16), Throws.TypeOf<NotSupportedException>().With.Message.StartsWith("Precision.Float16 is for GPUs"));
    }

    [Test]
    public void LBFGS_fits_a_line_in_a_few_steps()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.LBFGS(model.parameters(), lineSearch: LineSearch.StrongWolfe);
        var x = randn(50, 2);

        var history = new Trainer(model, criterion, optimizer, Quiet).Fit([(x, (x * tensor(new[] { 2f, -3f })).sum(1, keepdim: true) + 1)]);

        Assert.That(history.TrainLosses[^1], Is.LessThan(1e-8));
        Assert.That(model.fc.weight!.detach().data<float>().ToArray(), Is.EqualTo(new[] { 2f, -3f }).Within(1e-3));
        Assert.That(
            () => new Trainer(model, criterion, optimizer, Quiet with { ClipNorm = 1 }), Throws.ArgumentException.With.Message.StartsWith("LBFGS computes the gradients itself"));
    }

    private static List<(Tensor, Tensor)> Data() => [.. Enumerable.Range(0, 3).Select(i => (arange(8).sin().reshape(4, 2) + i, arange(4).cos().reshape(4, 1)))];
}
