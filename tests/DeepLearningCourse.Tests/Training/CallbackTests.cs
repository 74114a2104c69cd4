using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using Spectre.Console.Testing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class CallbackTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 1, ShowProgress = false, HandleSignals = false };

    [Test]
    public void Moments_come_in_the_order_of_the_loop()
    {
        Spy spy = new() { Name = "a" };
        Fit(Quiet with { Callbacks = [spy], BatchesPerStep = 2 });

        Assert.That(spy.Log, Is.EqualTo(new[]
        {
            "a fit started", "a epoch 1 started", "a gradients", "a step 1", "a Step", "a gradients", "a step 2", "a Step", "a validation", "a validated", "a epoch 1 ended",
            "a Epoch", "a End", "a fit ended Completed",
        }));
    }

    [Test]
    public void Callbacks_run_by_order_and_then_as_they_are_listed()
    {
        List<string> log = [];
        Fit(Quiet with { Callbacks = [new Spy { Name = "late", Order = 1, Log = log }, new Spy { Name = "first", Log = log }, new Spy { Name = "second", Log = log }, new Spy { Name = "early", Order = -1, Log = log }] });

        Assert.That(log.Take(4), Is.EqualTo(new[] { "early fit started", "first fit started", "second fit started", "late fit started" }));
    }

    [Test]
    public void A_callback_stops_the_run_at_the_step()
    {
        Spy spy = new() { StepEnded = (run, _) => run.Stop() };
        var history = Fit(Quiet with { Callbacks = [spy] });

        Assert.That((history.StopReason, history.Steps), Is.EqualTo((StopReason.Stopped, 1L)));
        Assert.That(spy.Log.TakeLast(3), Is.EqualTo(new[] { "Spy Step", "Spy End", "Spy fit ended Stopped" }));
    }

    [Test]
    public void An_exception_of_a_callback_ends_the_run_and_all_hear_of_it()
    {
        Spy spy = new() { StepEnded = (_, _) => throw new FormatException("no") };
        Spy other = new();

        Assert.That(() => Fit(Quiet with { Callbacks = [spy, other] }), Throws.TypeOf<FormatException>().With.Message.EqualTo("no"));
        Assert.That(spy.Log[^1], Is.EqualTo("Spy failed FormatException"));
        Assert.That(other.Log[^1], Is.EqualTo("Spy failed FormatException"));
    }

    [Test]
    public void A_callback_that_fails_while_it_is_told_of_a_failure_hides_nothing()
    {
        TrainingHistory? history = null;
        Spy spy = new() { Name = "last", EpochStarted = run => history = run.History, StepEnded = (_, _) => throw new FormatException("no") };

        Assert.That(() => Fit(Quiet with { Callbacks = [new FailsTwice(), spy] }),
            Throws.TypeOf<FormatException>().With.Message.EqualTo("no"));
        Assert.That(spy.Log[^1], Is.EqualTo("last failed FormatException"));
        Assert.That(history!.Warnings, Does.Contain("FailsTwice could not take note of the failure: again"));
    }

    [Test]
    public void The_gradients_of_the_moment_are_those_before_clipping()
    {
        using var model = nn.Linear(1, 1, hasBias: false);
        using var optimizer = Optimizers.SGD(model.parameters());
        using var criterion = nn.MSELoss();
        GradientSeen seen = new();
        new Trainer(model, criterion, optimizer, Quiet with { ClipNorm = 0.001, Callbacks = [seen] }).Fit([(full(1, 1, 100f), full(1, 1, -1000f))]);

        Assert.That(seen.Largest, Is.GreaterThan(1000));
    }

    [Test]
    public void The_loop_is_printed_with_who_runs_when()
    {
        using TestConsole console = new();
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.SGD(model.parameters());
        using var criterion = nn.MSELoss();

        new Trainer(model, criterion, optimizer, Quiet with { Epochs = 2, ClipNorm = 1, Console = console, Callbacks = [new GradientSeen(), new OnlyEpochs()] }).PrintLoop();

        Assert.That(console.Output, Is.EqualTo(
            """
            fit
              for each of 2 epochs
                model.train()
                for each batch
                  optimizer.zero_grad()
                  loss = criterion(model(X), y)
                  loss.backward()
                  gradients are complete  <- GradientSeen
                  gradients are clipped
                  optimizer.step()
                validation, every epoch
                after the epoch  <- OnlyEpochs
              end

            """));
    }

    [Test]
    public void A_step_takes_no_managed_memory_for_callbacks_that_are_not_there()
    {
        using Line model = new();
        using var optimizer = Optimizers.SGD(model.parameters());
        using var criterion = nn.MSELoss();
        Trainer trainer = new(model, criterion, optimizer, Quiet);
        var (X, y) = (ones(4, 2), ones(4, 1));

        long Bytes(int steps)
        {
            var batches = Enumerable.Repeat((X, y), steps).ToArray();
            trainer.Fit(batches);
            var before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Fit(batches);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void ByHand(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = criterion.call(model.call(X), y);
                loss.backward();
                optimizer.step();
            }
        }

        ByHand(10);
        var start = GC.GetAllocatedBytesForCurrentThread();
        ByHand(1000);
        var byHand = (GC.GetAllocatedBytesForCurrentThread() - start) / 1000.0;
        var byTrainer = (Bytes(1100) - Bytes(100)) / 1000.0;

        Assert.That(byTrainer, Is.LessThanOrEqualTo(byHand + 40), "bytes a step; by hand without a batch's turn of the loop");
    }

    private static TrainingHistory Fit(TrainerOptions options)
    {
        using var model = nn.Linear(2, 1);
        using var optimizer = Optimizers.SGD(model.parameters());
        using var criterion = nn.MSELoss();
        var batch = (ones(2, 2), ones(2, 1));
        return new Trainer(model, criterion, optimizer, options).Fit([batch, batch, batch], [batch]);
    }

    private sealed class Line : MyNeuralNetwork
    {
        public TorchSharp.Modules.Linear fc { get; } = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => fc.call(x);
    }

    private sealed class FailsTwice : ITrainingCallback
    {
        public void OnFailed(TrainingRun run, Exception exception) => throw new InvalidOperationException("again");
    }

    private sealed class GradientSeen : ITrainingCallback
    {
        public double Largest { get; private set; }

        public void OnGradientsReady(TrainingRun run)
        {
            using var largest = run.Model.parameters().First().grad!.abs().max();
            Largest = largest.item<float>();
        }
    }

    private sealed class OnlyEpochs : ITrainingCallback
    {
        public void OnEpochEnded(TrainingRun run, EpochResult epoch)
        {
        }
    }
}
