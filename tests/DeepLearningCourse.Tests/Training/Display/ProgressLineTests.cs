using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Display;
using Spectre.Console.Testing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Display;

public sealed class ProgressLineTests : NetworkTest
{
    [Test]
    public void An_epoch_s_line_has_the_metrics()
    {
        using TestConsole console = new();
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var history = Runs.History();
        var run = Runs.Run(model, optimizer, new TrainerOptions { Epochs = 50 }, history);
        ProgressLines lines = new(console, new FakeClock());

        lines.OnEpochEnded(run, history.Epochs[^1]);

        Assert.That(console.Output, Is.EqualTo(
            "Epoch 2/50  loss 1.235e-04  validation loss 0.5000  accuracy 0.8750  f1 <weighted>, \"all\" NaN  train kl 0.2500  (3.00 s)\n"));
    }

    [Test]
    public void Long_epochs_get_a_line_now_and_then()
    {
        using TestConsole console = new();
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var run = Runs.Run(model, optimizer, new TrainerOptions { Epochs = 2, LogEverySteps = 5 }, new TrainingHistory(), batches: 100);
        FakeClock clock = new();
        ProgressLines lines = new(console, clock);
        lines.OnFitStarted(run);

        for (var step = 1; step <= 30; step++)
        {
            clock.Pass(TimeSpan.FromSeconds(1));
            (run.Step, run.Batch) = (step, step);
            run.Totals.Add(0.5, 32, 32, isSum: false, null);
            lines.OnStepEnded(run, new StepResult(step, 1, step, 0.5, 32));
        }

        Assert.That(console.Lines, Is.EqualTo(new[]
        {
            "Epoch 1/2  batch 10/100  step 10  loss 0.5000  lr 0.01  3:10 left",
            "Epoch 1/2  batch 20/100  step 20  loss 0.5000  lr 0.01  3:00 left",
            "Epoch 1/2  batch 30/100  step 30  loss 0.5000  lr 0.01  2:50 left",
        }));
    }

    [Test]
    public void Warnings_resume_and_an_early_end_are_said()
    {
        using TestConsole console = new();
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var history = Runs.History();
        history.ResumedFrom = "runs/step-7.pt";
        var run = Runs.Run(model, optimizer, new TrainerOptions { Epochs = 5 }, history);
        (run.Epoch, run.Batch, run.Step) = (3, 7, 27);
        ProgressLines lines = new(console, new FakeClock());

        lines.OnFitStarted(run);
        run.Warn("Something is odd.");
        lines.OnStepEnded(run, default);
        run.Batch = 9;
        run.Step = 29;
        history.StopReason = StopReason.Interrupted;
        run.Save("runs/step-29.pt");
        lines.OnFitEnded(run, history);

        Assert.That(console.Lines.Take(2), Is.EqualTo(new[] { "Resumed in epoch 3 after batch 7/10, step 27, from runs/step-7.pt", "Warning: Something is odd." }));
        Assert.That(console.Lines[2], Does.Match(@"^Interrupted in epoch 3 after batch 9/10, step 29, in \d"));
        Assert.That(console.Lines[3], Is.EqualTo("Checkpoint: runs/step-29.pt"));
    }

    [Test]
    public void A_failure_before_the_run_began_is_said_too()
    {
        using TestConsole console = new();
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var run = Runs.Run(model, optimizer, new TrainerOptions(), new TrainingHistory());

        new ProgressLines(console, new FakeClock()).OnFailed(run, new IOException("gone"));

        Assert.That(console.Output, Is.EqualTo("Failed before the first batch\n"));
    }
}
