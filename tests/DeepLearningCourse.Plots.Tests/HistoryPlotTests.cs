using System.Globalization;
using DeepLearningCourse.Plots.Drawing;
using DeepLearningCourse.Tests;
using DeepLearningCourse.Training;

namespace DeepLearningCourse.Plots.Tests;

public sealed class HistoryPlotTests : NetworkTest
{
    [Test]
    public void A_history_has_its_losses_and_below_them_its_metrics()
    {
        var history = Runs.Digits(3);
        var picture = history.Plot();
        var texts = picture.Texts();

        Assert.That(texts, Is.SupersetOf(new[] { "training", "validation", "loss", "accuracy" }));
        Assert.That(texts.Count(text => text == "epoch"), Is.EqualTo(2), "an axis below each");
        Assert.That(picture.Height, Is.GreaterThan(history.PlotLosses().Height));
    }

    [Test]
    public void The_curve_of_losses_has_a_point_for_each_epoch_in_its_place()
    {
        var history = Runs.Digits(6);
        var points = history.PlotLosses().FirstLine();
        var losses = history.TrainLosses;

        Assert.That(points, Has.Count.EqualTo(6));
        Assert.That(points.Zip(points.Skip(1)).Select(pair => pair.Second.X - pair.First.X), Is.All.EqualTo((points[5].X - points[0].X) / 5).Within(0.01));

        // Heights in pixels are losses but for an offset and a scale.
        var scale = (points[5].Y - points[0].Y) / (losses[5] - losses[0]);
        Assert.That(points.Select(point => point.Y), Is.EqualTo(losses.Select(loss => points[0].Y + (scale * (loss - losses[0])))).Within(0.01));
        Assert.That(scale, Is.Negative, "up is more");
    }

    [Test]
    public void The_epoch_with_the_smallest_validation_loss_is_marked()
    {
        var history = Runs.Digits(30);
        var best = history.Epochs.MinBy(epoch => epoch.Validation!.Loss)!.Epoch;

        Assert.That(best, Is.LessThan(30), "or the test says nothing");
        Assert.That(history.Plot().Texts(), Does.Contain(string.Create(CultureInfo.InvariantCulture, $"best epoch: {best}")));
    }

    [Test]
    public void Its_words_can_be_others()
    {
        var history = Runs.Digits(2);

        Assert.That(
            history.Plot(PlotTexts.Spanish with { Title = "Dígitos" }).Texts(),
            Is.SupersetOf(new[] { "Dígitos", "entrenamiento", "validación", "pérdida", "época", "exactitud", "mejor época: 2" }));
        Assert.That(history.PlotLearningRate(PlotTexts.Spanish).Texts(), Does.Contain("tasa de aprendizaje"));
    }

    [Test]
    public void A_metric_can_be_drawn_alone()
    {
        var history = Runs.Digits(2);

        Assert.That(history.PlotMetric("accuracy").Texts(), Does.Contain("accuracy").And.Not.Contain("loss"));
        Assert.That(() => history.PlotMetric("F1"), Throws.ArgumentException.With.Message.Contains("'F1'").And.Message.Contains("accuracy"));
    }

    [Test]
    public void Validations_within_an_epoch_lie_between_epochs()
    {
        var history = Runs.Digits(2, new TrainerOptions { ValidateEverySteps = 5 });
        HistoryAxis axis = new(history);

        // 10 steps an epoch.
        Assert.That(history.Validations.Select(axis.Of), Is.EqualTo(new[] { 0.5, 1, 1.5, 2 }));
    }

    [Test]
    public void A_run_that_was_stopped_within_an_epoch_has_its_validations_too()
    {
        var history = Runs.Digits(9, new TrainerOptions { ValidateEverySteps = 4 }, new StopAt(13));
        HistoryAxis axis = new(history);

        Assert.That(history.Epochs.Select(axis.Of), Is.EqualTo(new[] { 1, 1.3 }).Within(1e-12), "three steps of the second epoch");
        Assert.That(history.Validations.Select(axis.Of), Is.EqualTo(new[] { 0.4, 0.8, 1, 1.2 }).Within(1e-12));
        Assert.That(history.Plot().Texts(), Does.Contain("epoch"));
    }

    [Test]
    public void A_run_that_was_stopped_in_its_first_epoch_is_drawn_over_steps()
    {
        var history = Runs.Digits(2, new TrainerOptions { ValidateEverySteps = 2 }, new StopAt(5));
        var texts = history.Plot().Texts();

        Assert.That(history.Epochs.Select(new HistoryAxis(history).Of), Is.EqualTo(new[] { 5.0 }), "a partial epoch, at its last step");
        Assert.That(texts, Is.SupersetOf(new[] { "step", "step 4" }));
        Assert.That(texts, Does.Not.Contain("epoch").And.Contain("training"));
        Assert.That(history.PlotLearningRate().Texts(), Does.Contain("step"));
    }

    [Test]
    public void A_history_without_anything_says_so()
    {
        var history = Runs.Digits(2, callback: new StopAt(0));

        Assert.That(() => history.Plot(), Throws.ArgumentException.With.Message.Contains("nothing to draw"));
        Assert.That(() => history.PlotLearningRate(), Throws.ArgumentException.With.Message.StartsWith("The history has no epoch with a learning rate."));
    }

    private sealed class StopAt(long step) : ITrainingCallback
    {
        public void OnFitStarted(TrainingRun run) => StopIfThere(run);

        public void OnStepEnded(TrainingRun run, StepResult result) => StopIfThere(run);

        private void StopIfThere(TrainingRun run)
        {
            if (run.Step == step)
            {
                run.Stop();
            }
        }
    }
}
