using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Tuning;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Tuning;

public sealed class LearningRateFinderTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { ShowProgress = false };

    [Test]
    public void Losses_are_those_of_a_loop_by_hand_with_the_same_rates()
    {
        using Line model = new();
        using Line byHand = new();
        byHand.load_state_dict(model.state_dict());
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.Adam(model.parameters());
        using var handOptimizer = Optimizers.Adam(byHand.parameters());
        (Tensor features, Tensor target)[] data = [(randn(4, 2), randn(4, 1)), (randn(4, 2), randn(4, 1)), (randn(2, 2), randn(2, 1))];

        var found = new Trainer(model, criterion, optimizer, Quiet).FindLearningRate(data, min: 1e-4, max: 1, steps: 10, divergence: double.PositiveInfinity);

        List<double> losses = [];

        for (var step = 0; step < 10; step++)
        {
            handOptimizer.Groups[0].LearningRate = 1e-4 * Math.Pow(1e4, step / 9.0);
            handOptimizer.zero_grad();
            var loss = criterion.call(byHand.call(data[step % 3].features), data[step % 3].target);
            loss.backward();
            handOptimizer.step();
            losses.Add(loss.item<float>());
        }

        Assert.That(found.Losses, Is.EqualTo(losses));
        Assert.That(found.Rates[0], Is.EqualTo(1e-4));
        Assert.That(found.Rates[^1], Is.EqualTo(1).Within(1e-12));
        Assert.That(found.Diverged, Is.False);
    }

    [Test]
    public void Smoothed_losses_and_suggestions_are_fastais([Range(0, 2)] int number)
    {
        var expected = TuningReference.Root.GetProperty("curves")[number];
        var losses = TuningReference.Numbers(expected, "losses");
        RateSweep sweep = new(1e-7, 10, losses.Length, double.PositiveInfinity, 0.98);
        Array.ForEach(losses, loss => sweep.Add(loss));

        LearningRateFinding found = new(sweep.Points, losses.Length, sweep.HasDiverged);

        Assert.That(found.Rates, Is.EqualTo(TuningReference.Numbers(expected, "rates")).Using<double>((a, b) => Math.Abs((a / b) - 1) < 1e-12));
        Assert.That(found.SmoothedLosses, Is.EqualTo(TuningReference.Numbers(expected, "smoothed")).Within(1e-12));
        Assert.That(found.Suggestion!.Value / expected.GetProperty("steepest").GetDouble(), Is.EqualTo(1).Within(1e-9));
        Assert.That(found.Valley!.Value / expected.GetProperty("valley").GetDouble(), Is.EqualTo(1).Within(1e-9));
        Assert.That(found.MinimumTenth!.Value / expected.GetProperty("minimumTenth").GetDouble(), Is.EqualTo(1).Within(1e-9));
        Assert.That(sweep.Add(1), Is.False, "there are no more rates");
    }

    [Test]
    public void The_suggested_rate_trains()
    {
        using BinaryClassifier model = new();
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = Optimizers.Adam(model.parameters());
        var X = randn(64, 10);
        var y = X.sum([1L], keepdim: true).gt(0).to(float32);
        (Tensor, Tensor)[] data = [(X, y)];
        Trainer trainer = new(model, criterion, optimizer, Quiet with { Epochs = 30 });

        var found = trainer.FindLearningRate(data);
        optimizer.Groups[0].LearningRate = found.Suggestion!.Value;
        var history = trainer.Fit(data);

        Assert.That(found.Suggestion, Is.GreaterThan(1e-6).And.LessThan(1));
        Assert.That(found.Valley, Is.GreaterThan(1e-6).And.LessThan(1));
        Assert.That(history.TrainLosses[^1], Is.LessThan(history.TrainLosses[0] / 2));
    }

    [Test]
    public void The_test_ends_where_the_smoothed_loss_is_above_four_times_its_best()
    {
        RateSweep sweep = new(1e-3, 1, 100, 4, 0);

        Assert.That(sweep.Add(2), Is.True);
        Assert.That(sweep.Add(1), Is.True);
        Assert.That(sweep.Add(4), Is.True, "not above");
        Assert.That(sweep.Add(4.1), Is.False);
        Assert.That(sweep.HasDiverged, Is.True);
        RateSweep below = new(1e-3, 1, 100, 4, 0);
        Assert.That(below.Add(-1), Is.True, "a loss below 0 has not diverged by itself");
        Assert.That(below.Add(1.9), Is.True);
        Assert.That(below.Add(2.1), Is.False);
    }

    [Test]
    public void A_loss_that_overflows_ends_the_test_and_a_NaN_in_the_data_is_an_error()
    {
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters());
        Trainer trainer = new(model, criterion, optimizer, Quiet with { CheckFirstBatch = false });
        (Tensor, Tensor)[] good = [(randn(4, 2), randn(4, 1))];
        (Tensor, Tensor)[] bad = [.. good, (full(4, 2, float.NaN), ones(4, 1))];

        var found = trainer.FindLearningRate(good, min: 1, max: 1e38, steps: 10, divergence: double.PositiveInfinity);

        Assert.That(found.Diverged, Is.True);
        Assert.That(found.Points, Has.Count.InRange(1, 9));
        Assert.That(found.ToString(), Does.Contain("diverged after"));
        Assert.That(Assert.Throws<TrainingException>(() => trainer.FindLearningRate(bad))!.Message, Does.Contain("the features hold NaN"));
        Assert.That(() => trainer.FindLearningRate([bad[1]]),
            Throws.TypeOf<TrainingException>().With.Message.EqualTo("Epoch 1, batch 1: the features hold NaN at sample 0 of the batch, column 0 (8 such values in all). Remove or fill those samples before training."));
        Assert.That(() => trainer.FindLearningRate([]),
            Throws.TypeOf<TrainingException>().With.Message.EqualTo("The training data gave no batch. Is the data set empty, or is a sequence passed that can be read only once?"));
    }

    [Test]
    public void Gradients_that_overflow_before_they_are_clipped_end_the_test()
    {
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters());
        Trainer trainer = new(model, criterion, optimizer, Quiet with { ClipNorm = 1e30 });

        // The loss stays below the largest float, and its gradient's norm does not.
        var found = trainer.FindLearningRate([(full(4, 2, 1e8f), ones(4, 1))], min: 1e-18, max: 1e-8, steps: 40, divergence: double.PositiveInfinity);

        Assert.That(found.Diverged, Is.True);
    }

    [Test]
    public void Groups_keep_the_proportions_of_their_rates()
    {
        using BinaryClassifier model = new();
        using var optimizer = Optimizers.SGD(model.ParameterGroups(lr: 1e-2, ("w1.*", 1e-3), ("w2.*", 0)), new());
        var frozen = model.w2.weight.clone();
        List<double[]> rates = [];

        StepOutput Step(Tensor batch)
        {
            rates.Add([.. optimizer.Groups.Select(group => group.LearningRate)]);
            return model.call(batch).square().mean();
        }

        new Trainer<Tensor>(model, Step, optimizer, Quiet).FindLearningRate([randn(3, 10)], min: 1e-3, max: 1e-1, steps: 10);

        Assert.That(rates[0].Order(), Is.EqualTo(new[] { 0, 1e-4, 1e-3 }).Within(1e-12));
        Assert.That(rates[^1].Order(), Is.EqualTo(new[] { 0, 1e-2, 1e-1 }).Within(1e-12));
        Assert.That(optimizer.Groups.Select(group => group.LearningRate).Order(), Is.EqualTo(new[] { 0, 1e-3, 1e-2 }));
        Assert.That(model.w2.weight.equal(frozen).all().item<bool>(), Is.True);
    }

    [Test]
    public void Sums_over_the_samples_count_as_their_means()
    {
        using Line model = new();
        using var mean = nn.MSELoss();
        using var sum = nn.MSELoss(nn.Reduction.Sum);
        using var optimizer = Optimizers.SGD(model.parameters());
        (Tensor, Tensor)[] data = [(randn(4, 2), randn(4, 1)), (randn(1, 2), randn(1, 1))];

        var ofMean = new Trainer(model, mean, optimizer, Quiet).FindLearningRate(data, min: 1e-12, max: 1e-11, steps: 10);
        var ofSum = new Trainer(model, sum, optimizer, Quiet).FindLearningRate(data, min: 1e-12, max: 1e-11, steps: 10);

        Assert.That(ofSum.Losses, Is.EqualTo(ofMean.Losses).Within(1e-3).Percent);
    }

    [Test]
    public void A_curve_that_never_falls_suggests_nothing()
    {
        LearningRateFinding found = new([.. Enumerable.Range(1, 30).Select(i => new LearningRatePoint(i, i, i))], 30, diverged: false);
        LearningRateFinding few = new([new LearningRatePoint(1, 1, 1)], 100, diverged: true);

        Assert.That((found.Suggestion, found.Valley), Is.EqualTo(((double?)null, (double?)null)));
        Assert.That((few.Suggestion, few.Valley, few.MinimumTenth), Is.EqualTo(((double?)null, (double?)null, (double?)null)));
        Assert.That(found.ToString(), Does.Contain("There is no suggestion"));
    }

    [Test]
    public void The_first_tenth_and_the_last_five_do_not_count()
    {
        LearningRateFinding falling = new([.. Enumerable.Range(1, 30).Select(i => new LearningRatePoint(i, -i * i, -i * i))], 30, diverged: false);
        LearningRateFinding early = new([.. Enumerable.Range(1, 30).Select(i => new LearningRatePoint(i, i < 4 ? i : 10, i < 4 ? i : 10))], 30, diverged: false);

        Assert.That(falling.MinimumTenth, Is.EqualTo(2.5).Within(1e-12));
        Assert.That(early.MinimumTenth, Is.EqualTo(0.4).Within(1e-12));
    }

    [Test]
    public void A_short_descent_has_a_valley()
    {
        LearningRateFinding found = new([.. Enumerable.Range(1, 8).Select(i => new LearningRatePoint(i, 9 - i, 9 - i))], 10, diverged: false);

        Assert.That(found.Valley, Is.Not.Null);
        Assert.That(found.Suggestion, Is.Not.Null);
    }

    [Test]
    public void The_table_has_some_of_the_rates_and_the_last()
    {
        LearningRateFinding found = new(
            [.. Enumerable.Range(1, 100).Select(i => new LearningRatePoint(i * 1e-4, 2 - (i * 0.01), 2 - (i * 0.01)))], 100, diverged: false);
        var lines = found.ToString().Split('\n');

        Assert.That(lines[0], Does.Match(@"^\s*rate\s+loss\s+smoothed$"));
        Assert.That(lines, Has.Length.EqualTo(22));
        Assert.That(lines[^2], Does.Match(@"^\s*1\.00E-2\s+1\.0000\s+1\.0000$"));
        Assert.That(lines[^1], Does.StartWith("Steepest descent "));
    }

    [Test]
    public void Numbers_that_cannot_be_are_refused()
    {
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters());
        Trainer trainer = new(model, criterion, optimizer, Quiet);

        string Message(Action find) => Assert.Throws<ArgumentOutOfRangeException>(() => find())!.Message;

        Assert.That(Message(() => trainer.FindLearningRate([], min: 0)), Does.StartWith("min is 0, and it is the first learning rate: a finite number above 0."));
        Assert.That(Message(() => trainer.FindLearningRate([], max: 1e-8)), Does.StartWith("max is 1E-08, and it is the last learning rate: a finite number above min."));
        Assert.That(Message(() => trainer.FindLearningRate([], steps: 9)), Does.StartWith("steps is 9"));
        Assert.That(Message(() => trainer.FindLearningRate([], divergence: 1)), Does.StartWith("divergence is 1"));
        Assert.That(Message(() => trainer.FindLearningRate([], smoothing: 1)), Does.StartWith("smoothing is 1"));
    }

    [Test]
    public void Several_phases_are_refused()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters());
        Trainer<Tensor> trainer = new(
            model, [new("one", batch => model.call(batch).mean(), optimizer), new("two", batch => model.call(batch).mean(), optimizer)], Quiet);

        Assert.That(Assert.Throws<NotSupportedException>(() => trainer.FindLearningRate([ones(2, 2)]))!.Message, Does.StartWith("The phases one, two work on each other's losses"));
    }
}
