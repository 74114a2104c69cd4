using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Display;
using Spectre.Console.Testing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Display;

public sealed class LiveProgressTests : NetworkTest
{
    private readonly FakeClock clock = new();

    [Test]
    public void A_frame_shows_epochs_place_figures_and_time_left()
    {
        var frame = Frame(100, (run, pace) =>
        {
            clock.Pass(TimeSpan.FromSeconds(30));
            (run.Epoch, run.Batch, run.Step) = (3, 5, 25);
            run.Totals.Add(0.25, 100, 100, isSum: false, null);
        });

        Assert.That(frame, Is.EqualTo(
            """
            epoch  train loss  validation loss  accuracy  f1 <weighted>, "all"  train kl      lr    time
            ────────────────────────────────────────────────────────────────────────────────────────────
                1      0.6931           0.5000    0.8750                0.1000    0.2500   0.001  1.50 s
                2   1.235e-04           0.5000    0.8750                   NaN    0.2500  0.0005  3.00 s

            Epoch 3/4  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  62%  batch 5/10  1:30 left
            loss 0.2500  lr 0.01  1:00 elapsed
            """));
    }

    [Test]
    public void A_narrow_terminal_shows_the_columns_that_matter_most()
    {
        var frame = Frame(50, (run, _) => run.Batch = 5).Split('\n');

        Assert.That(frame[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), Is.EqualTo(new[] { "epoch", "train loss", "validation loss", "lr", "time" }));
        Assert.That(frame, Has.All.Length.LessThanOrEqualTo(50));
        Assert.That(frame[^2], Does.StartWith("Epoch 3/4  ━━━").And.EndsWith("  62%  batch 5/10  0:00 left"));
    }

    [Test]
    public void The_time_left_of_a_resumed_run_counts_from_where_it_went_on()
    {
        // A quarter of an epoch in 30 seconds, and 7 quarters are left.
        var frame = Frame(120, (run, _) =>
        {
            clock.Pass(TimeSpan.FromSeconds(30));
            (run.Epoch, run.Batch) = (3, 3);
        }, resumedBatches: 12);

        Assert.That(frame, Does.Contain("batch 3/12  3:30 left"));
    }

    [Test]
    public void A_stream_s_batches_are_known_after_its_first_epoch()
    {
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var run = Runs.Run(model, optimizer, new TrainerOptions { Epochs = 2 }, new TrainingHistory(), batches: null);
        RunPace pace = new(clock);
        pace.Start(run);
        run.Batch = 4;
        Assert.That(pace.Done(run), Is.Zero);

        pace.EndEpoch(run);
        (run.Epoch, run.Batch) = (2, 2);

        Assert.That(pace.Done(run), Is.EqualTo(0.75));
    }

    [Test]
    public void Limits_of_steps_and_time_count_as_the_end()
    {
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var run = Runs.Run(model, optimizer, new TrainerOptions { Epochs = 1000, MaxSteps = 40 }, new TrainingHistory());
        RunPace pace = new(clock);
        pace.Start(run);
        clock.Pass(TimeSpan.FromSeconds(10));
        run.Step = 10;

        Assert.That(pace.TimeLeft(run), Is.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void Most_steps_draw_nothing_and_allocate_nothing()
    {
        using TestConsole console = new();
        console.Interactive().EmitAnsiSequences().Width(120);
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var run = Runs.Run(model, optimizer, new TrainerOptions(), new TrainingHistory());
        LiveProgress live = new(console, clock);
        var allocated = 0L;
        var drawn = 0;

        live.Start(() =>
        {
            live.OnFitStarted(run);
            live.OnStepEnded(run, default);
            drawn = console.Output.Length;
            var before = GC.GetAllocatedBytesForCurrentThread();

            for (var step = 0; step < 1000; step++)
            {
                live.OnStepEnded(run, default);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.That(console.Output, Has.Length.EqualTo(drawn));
            clock.Pass(TimeSpan.FromMilliseconds(101));
            live.OnStepEnded(run, default);
        });

        Assert.That(allocated, Is.LessThan(1000));
        Assert.That(console.Output, Has.Length.GreaterThan(drawn));
    }

    [Test]
    public void Warnings_stay_above_and_the_end_says_why_and_where_the_checkpoint_is()
    {
        using TestConsole console = new();
        console.Interactive().EmitAnsiSequences().Width(120);
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var history = Runs.History();
        history.ResumedFrom = "runs/[a]/step-7.pt";
        var run = Runs.Run(model, optimizer, new TrainerOptions { Epochs = 12 }, history);
        (run.Epoch, run.Batch, run.Step) = (3, 7, 27);
        LiveProgress live = new(console, clock);

        live.Start(() =>
        {
            live.OnFitStarted(run);
            run.Warn("Something [odd].");
            live.OnEpochStarted(run);
            (run.Epoch, run.Batch, run.Step) = (4, 0, 30);
            history.StopReason = StopReason.EarlyStopped;
            run.Save("runs/[a]/step-27.pt");
            live.OnFitEnded(run, history);
        });

        Assert.That(console.Output, Does.Contain("Resumed in epoch 3 after batch 7/10, step 27, from runs/[a]/step-7.pt")
            .And.Contain("Warning: Something [odd].")
            .And.Contain("Stopped early, as the watched figure became no better, after epoch 3, step 30, in ")
            .And.Contain("Epoch 3/12")
            .And.Not.Contain("Epoch 4/12")
            .And.Contain("Checkpoint: runs/[a]/step-27.pt"));
    }

    private string Frame(int width, Action<TrainingRun, RunPace> act, int resumedBatches = 10)
    {
        using TestConsole console = new();
        console.Width(width);
        console.Profile.Capabilities.Unicode = true;
        using Line model = new();
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        var run = Runs.Run(model, optimizer, new TrainerOptions { Epochs = 4 }, Runs.History(), resumedBatches);
        (run.Epoch, run.ElapsedBefore) = (3, TimeSpan.FromSeconds(60));
        RunPace pace = new(clock);
        pace.Start(run);
        act(run, pace);
        console.Write(new ProgressFrame(console, run, pace).Now(RunText.Batch(run)));
        return string.Join('\n', console.Output.Split('\n').Select(line => line.TrimEnd())).TrimEnd();
    }
}
