using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;

namespace DeepLearningCourse.Tests.Training.Callbacks;

public sealed class EarlyStoppingTests : NetworkTest
{
    [Test]
    public void The_bookkeeping_is_that_of_Keras([Values] bool higherIsBetter, [Range(0, 39)] int seed)
    {
        Random random = new(seed);
        var (patience, minDelta, from) = (random.Next(1, 5), random.Next(3) * 0.1, random.Next(1, 4));
        var script = Enumerable.Range(0, 20).Select(_ => Math.Round(random.NextDouble(), 1)).ToArray();
        ScriptedMetric metric = new(higherIsBetter, script) { Name = "figure" };
        EarlyStopping stopping = new(patience, minDelta, metric, startFromEpoch: from);
        using ScriptedRun run = new(1.0);

        var history = run.Fit(new TrainerOptions { Epochs = script.Length, Metrics = [metric], Callbacks = [stopping] });

        var expected = KerasSimulation.Run(script, patience, minDelta, from - 1, higherIsBetter);
        Assert.That(history.Epochs, Has.Count.EqualTo(expected.Epochs));
        Assert.That(stopping.BestEpoch, Is.EqualTo(expected.BestEpoch + 1));
        Assert.That(stopping.BestStep, Is.EqualTo(expected.BestEpoch + 1));
        Assert.That(stopping.BestValue, Is.EqualTo(expected.Best));
        Assert.That(stopping.StoppedEpoch, Is.EqualTo(expected.StoppedEpoch + 1));
        Assert.That(history.StopReason, Is.EqualTo(expected.StoppedEpoch is null ? StopReason.Completed : StopReason.EarlyStopped));
        Assert.That(run.Values, Is.EqualTo((-(expected.BestEpoch + 1.0), -(expected.BestEpoch + 1.0))), "weights and buffers of the best epoch");
    }

    [Test]
    public void The_best_weights_come_back_when_something_else_ends_the_run([Values] StopReason reason)
    {
        using CancellationTokenSource source = new();
        EarlyStopping stopping = new(patience: 100);
        var atStep5 = TrainingCallbacks.OnStepEnded((run, step) =>
        {
            if (step.Step == 5)
            {
                Stop(run);
            }
        });
        using ScriptedRun scripted = new(5, 3, 4, 4, 4, 4, 4, 4);

        void Stop(TrainingRun run)
        {
            if (reason == StopReason.Canceled)
            {
                source.Cancel();
            }
            else if (reason == StopReason.Failed)
            {
                throw new InvalidOperationException("thrown by the test");
            }
            else if (reason is not (StopReason.Completed or StopReason.MaxSteps))
            {
                run.Stop(reason);
            }
        }

        TrainingHistory Fit() => scripted.Fit(
            new TrainerOptions { Epochs = 6, MaxSteps = reason == StopReason.MaxSteps ? 5 : null, Callbacks = [stopping, atStep5] }, token: source.Token);

        if (reason == StopReason.Failed)
        {
            Assert.That(Fit, Throws.InvalidOperationException.With.Message.EqualTo("thrown by the test"));
            Assert.That(scripted.Values, Is.EqualTo((-5.0, -5.0)), "the weights of the failure");
        }
        else
        {
            Assert.That(Fit().StopReason, Is.EqualTo(reason));
            Assert.That(scripted.Values, Is.EqualTo((-2.0, -2.0)));
        }

        Assert.That((stopping.BestEpoch, stopping.BestValue, stopping.StoppedEpoch), Is.EqualTo((2, 3.0, (int?)null)));
    }

    [Test]
    public void Without_restoreBest_the_last_weights_stay()
    {
        using ScriptedRun run = new(1, 2, 3);

        _ = run.Fit(new TrainerOptions { Epochs = 9, Callbacks = [new EarlyStopping(2, restoreBest: false)] });

        Assert.That(run.Values, Is.EqualTo((-3.0, -3.0)));
    }

    [Test]
    public void Validations_within_epochs_count_and_one_at_an_epochs_end_is_made_once()
    {
        // Steps 2 and 4 of the epochs of 4 steps.
        EarlyStopping stopping = new(patience: 3);
        using ScriptedRun run = new(5, 6, 6, 4, 6, 6, 6) { Steps = 4 };

        var history = run.Fit(new TrainerOptions { Epochs = 9, ValidateEverySteps = 2, Callbacks = [stopping] });

        // Waits: step 4 1, step 6 2, step 8 better 0, then 10, 12 and 14.
        Assert.That((stopping.BestStep, stopping.BestEpoch, stopping.BestValue), Is.EqualTo((8L, 2, 4.0)));
        Assert.That((history.Steps, stopping.StoppedEpoch), Is.EqualTo((14L, 4)));
        Assert.That(run.Values.Weight, Is.EqualTo(-8));
    }

    [Test]
    public void A_patience_of_two_is_two_looks_where_every_step_is_validated()
    {
        EarlyStopping stopping = new(patience: 2);
        using ScriptedRun run = new(5, 6, 6, 6);

        var history = run.Fit(new TrainerOptions { Epochs = 9, ValidateEverySteps = 1, Callbacks = [stopping] });

        Assert.That((history.Epochs.Count, history.Validations.Count, stopping.BestEpoch), Is.EqualTo((3, 3, 1)));
    }

    [Test]
    public void Without_validation_data_the_training_loss_is_watched()
    {
        // The loss of a Counter is its weight: it falls for ever.
        EarlyStopping falls = new(patience: 1);
        EarlyStopping bored = new(patience: 2, minDelta: 2.5);
        using ScriptedRun run = new();

        var history = run.Fit(new TrainerOptions { Epochs = 9, Callbacks = [falls, bored] }, validates: false);

        Assert.That(history.Epochs, Has.Count.EqualTo(3), "0 is best, -1 and -2 are not 2.5 better");
        Assert.That(falls.StoppedEpoch, Is.Null);
    }

    [Test]
    public void Epochs_without_their_validation_are_not_looked_at()
    {
        EarlyStopping stopping = new(patience: 2);
        using ScriptedRun run = new(1, 2, 3);

        var history = run.Fit(new TrainerOptions { Epochs = 20, ValidateEveryEpochs = 3, Callbacks = [stopping] });

        Assert.That((history.Epochs.Count, stopping.BestEpoch, stopping.StoppedEpoch), Is.EqualTo((9, 3, 9)));
    }

    [Test]
    public void A_figure_that_is_good_enough_ends_the_run_with_its_weights()
    {
        EarlyStopping stopping = new(patience: 9, minDelta: 0.5, stoppingThreshold: 0.3);
        using ScriptedRun run = new(0.7, 0.31, 0.29, 0.1);

        var history = run.Fit(new TrainerOptions { Epochs = 9, Callbacks = [stopping] });

        Assert.That(history.StopReason, Is.EqualTo(StopReason.EarlyStopped));
        Assert.That(run.Values.Weight, Is.EqualTo(-3), "better than all, though by less than minDelta");
        Assert.That(stopping.Reason, Is.EqualTo("The validation loss of 0.29 is better than 0.3, which is good enough."));
        Assert.That(history.Warnings, Is.Empty);
    }

    [Test]
    public void A_figure_that_is_hopeless_ends_the_run_with_a_warning()
    {
        EarlyStopping stopping = new(patience: 9, divergenceThreshold: 10);
        using ScriptedRun run = new(5, 11);

        var history = run.Fit(new TrainerOptions { Epochs = 9, Callbacks = [stopping] });

        Assert.That(history.Epochs, Has.Count.EqualTo(2));
        Assert.That(run.Values.Weight, Is.EqualTo(-1));
        Assert.That(history.Warnings, Is.EqualTo(new[] { "EarlyStopping ended the run: The validation loss of 11 after step 2 is worse than 10: the run has gone astray." }));
    }

    [Test]
    public void A_figure_that_is_no_number_ends_the_run_or_counts_as_no_improvement([Values] bool checkFinite)
    {
        ScriptedMetric metric = new(true, double.NaN, 0.5, double.NaN, 0.6, 0.1) { Name = "auc" };
        EarlyStopping stopping = new(patience: 9, monitor: metric, checkFinite: checkFinite);
        using ScriptedRun run = new(1.0);

        var history = run.Fit(new TrainerOptions { Epochs = 5, Metrics = [metric], Callbacks = [stopping] });

        Assert.That((history.Epochs.Count, stopping.BestEpoch, stopping.BestValue), Is.EqualTo(checkFinite ? (1, (int?)null, (double?)null) : (5, 4, 0.6)));
        Assert.That(stopping.Reason, Is.EqualTo(checkFinite ? "The metric 'auc' is NaN after step 1." : null));
        Assert.That(run.Values.Weight, Is.EqualTo(checkFinite ? -1 : -4));
    }

    [Test]
    public void A_second_run_begins_anew()
    {
        EarlyStopping stopping = new(patience: 1);
        TrainerOptions options = new() { Epochs = 9, Callbacks = [stopping] };
        using ScriptedRun first = new(0.1, 0.2);
        using ScriptedRun second = new(5, 4, 6);

        _ = first.Fit(options);
        _ = second.Fit(options);

        Assert.That((stopping.BestValue, stopping.BestEpoch, stopping.StoppedEpoch), Is.EqualTo((4.0, 2, 3)));
        Assert.That(stopping.Reason, Is.EqualTo("The validation loss did not fall below 4 (epoch 2) in 1 look."));
    }

    [Test]
    public void With_an_average_the_averages_that_were_validated_are_given_back()
    {
        EarlyStopping stopping = new(patience: 2);
        using ScriptedRun run = new(3, 2, 1, 4, 4);
        using var average = WeightAverage.Swa(run.Model);

        _ = run.Fit(new TrainerOptions { Epochs = 9, Average = average, Callbacks = [stopping] });

        Assert.That(run.Values, Is.EqualTo((-2.0, -3.0)), "the mean of -1, -2, -3, and the buffer of step 3");
        Assert.That(average.Weights["w"].item<double>(), Is.EqualTo(-3), "the average itself goes on");
    }

    [Test]
    public void What_cannot_be_watched_is_said()
    {
        ScriptedMetric metric = new(true, 1) { Name = "auc" };
        EarlyStopping stopping = new(patience: 1, monitor: metric);
        using ScriptedRun run = new(1.0);

        Assert.That(() => run.Fit(new TrainerOptions { Callbacks = [stopping] }), Throws.ArgumentException.With.Message.StartsWith(
            "EarlyStopping watches the metric 'auc', and TrainerOptions.Metrics does not have it."));
        Assert.That(() => run.Fit(new TrainerOptions { Metrics = [metric], Callbacks = [stopping] }, validates: false), Throws.InstanceOf<TrainingException>().With.Message.StartsWith(
            "Epoch 1, batch 1: EarlyStopping watches the metric 'auc', which is measured on validation data, and Fit was given none."));
        Assert.That(() => new EarlyStopping(0),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("patience ('0') must be greater than or equal to '1'. (Parameter 'patience')"));
        Assert.That(() => new EarlyStopping(1, minDelta: -1),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("minDelta is how much better a figure must be: 0 or more. (Parameter 'minDelta')"));
        Assert.That(() => new EarlyStopping(1, minDelta: double.NaN),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("minDelta is how much better a figure must be: 0 or more. (Parameter 'minDelta')"));
        Assert.That(() => new EarlyStopping(1, stoppingThreshold: double.NaN),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("stoppingThreshold is a figure to compare with, or null for none. (Parameter 'stoppingThreshold')"));
        Assert.That(() => new EarlyStopping(1, divergenceThreshold: double.NaN),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("divergenceThreshold is a figure to compare with, or null for none. (Parameter 'divergenceThreshold')"));
        Assert.That(() => new EarlyStopping(1, startFromEpoch: 0),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("startFromEpoch ('0') must be greater than or equal to '1'. (Parameter 'startFromEpoch')"));
    }
}
