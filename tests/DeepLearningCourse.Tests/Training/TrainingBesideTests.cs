using DeepLearningCourse.Inference;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>What other threads do with a network while it is trained, and what callbacks do.</summary>
public sealed class TrainingBesideTests : NetworkTest
{
    private const string Advice =
        ", and a layer cannot be in training and in evaluation mode at once. Do this in a callback of that run, for instance in OnEpochEnded of an ITrainingCallback, "
        + "which its own thread calls between steps; or with a second network that loads weights which were saved there.";

    [Test]
    public void Predictions_beside_a_run_are_refused_and_change_nothing_in_it()
    {
        var undisturbed = Train(steps: 40, null);

        var (refused, trained) = Disturb(steps: 40, model => model.Predict(ones(4, 4)).Dispose());

        Assert.That(refused, Is.Positive);
        Assert.That(trained, Is.EqualTo(undisturbed));
    }

    [Test]
    public void So_is_an_evaluation_of_another_trainer()
    {
        var undisturbed = Train(steps: 20, null);
        (Tensor, Tensor)[] batches = [(ones(4, 4), ones(4, 2))];

        var (refused, trained) = Disturb(steps: 20, model =>
        {
            using var criterion = nn.MSELoss();
            using var optimizer = Optimizers.SGD(model.parameters());
            _ = new Trainer(model, criterion, optimizer, Quiet).Evaluate(batches);
        });

        Assert.That(refused, Is.Positive);
        Assert.That(trained, Is.EqualTo(undisturbed));
    }

    [Test, Attack, Category("Long")]
    public void Predictions_beside_500_steps()
    {
        var undisturbed = Train(steps: 500, null);

        var (refused, trained) = Disturb(steps: 500, model => model.Predict(ones(4, 4)).Dispose());

        Assert.That(refused, Is.Positive);
        Assert.That(trained, Is.EqualTo(undisturbed));
        AttackRecords.Add(
            "Inference", "Predict on a second thread, as often as it can, beside 500 steps of Fit with BatchNorm and Dropout",
            $"{refused:N0} predictions refused in a sentence, weights and statistics as without them to the bit");
    }

    [Test]
    public void A_callback_predicts_evaluates_and_looks_between_steps()
    {
        var undisturbed = Train(steps: 10, null);
        var modes = new HashSet<string>();

        var trained = Train(steps: 10, model =>
        {
            using var scope = NewDisposeScope();
            _ = model.Predict(ones(1, 4));
            _ = model.Summary(1, 4);
            _ = model.Activations(ones(1, 4));
            modes.Add(Crowd.Modes(model));
        });

        Assert.That(trained, Is.EqualTo(undisturbed));
        Assert.That(modes, Is.EqualTo(new[] { "train train train train train" }));
    }

    [Test]
    public void The_sentence_says_which_network_is_trained()
    {
        using var model = new Moody();
        using var other = new Sharing { part = model.head };
        var (parts, shared, again, looked, asked) = ("", "", "", "", "");
        var whole = "";

        Train(model, steps: 1, _ => Crowd.Run(1, _ =>
        {
            whole = Assert.Throws<InvalidOperationException>(() => model.Predict(ones(1, 4)))!.Message;
            parts = Assert.Throws<InvalidOperationException>(() => model.norm.Predict(ones(1, 16)))!.Message;
            shared = Assert.Throws<InvalidOperationException>(() => other.Predict(ones(1, 16)))!.Message;
            again = Assert.Throws<InvalidOperationException>(() => Train(other, steps: 1, null))!.Message;
            looked = Assert.Throws<InvalidOperationException>(() => model.Activations(ones(1, 4)))!.Message;
            asked = Assert.Throws<ForwardException>(() => model.call(ones(1, 5)))!.Message;
        }));

        Assert.That(whole, Is.EqualTo($"Moody is being trained on another thread{Advice}"));
        Assert.That(looked, Is.EqualTo(whole));
        Assert.That(parts, Is.EqualTo($"BatchNorm1d is a part of Moody, which is being trained on another thread{Advice}"));
        Assert.That(shared, Is.EqualTo($"Sharing shares 'part' with Moody, which is being trained on another thread{Advice}"));
        Assert.That(again, Is.EqualTo(
            "Sharing shares 'part' with Moody, which is being trained on another thread. Wait for that run to end, or train a network of its own."));
        Assert.That(asked, Does.StartWith("forward of Moody failed with input [1, 5]: ")
            .And.EndsWith("Which layer it was cannot be looked for, as another thread trains the network."));
        Assert.That(() => model.Predict(ones(1, 4)), Throws.Nothing, "after the run");
    }

    [Test]
    public void Networks_may_have_layers_in_common_that_mind_no_mode()
    {
        using var relu = nn.ReLU();
        using var model = new WithReLU { relu = relu };
        using var other = new WithReLU { relu = relu };

        Assert.That(() => Train(model, steps: 1, _ => Crowd.Run(1, _ => other.Predict(ones(1, 4)).Dispose())), Throws.Nothing);
    }

    [Test]
    public void A_run_begins_when_predictions_that_are_under_way_have_ended()
    {
        using var model = new Waiting();
        using var prediction = Predicting(model);
        List<bool> evaluating = [];
        Thread run = new(() => Train(model, steps: 1, _ => evaluating.Add(model.IsEvaluating)));

        run.Start();
        Assert.That(run.Join(100), Is.False, "it waits");
        model.Go.Set();

        Assert.That(run.Join(TimeSpan.FromSeconds(30)), Is.True);
        Assert.That(evaluating, Is.EqualTo(new[] { false }));
    }

    [Test]
    public void It_does_not_wait_for_ever()
    {
        using var model = new Waiting();
        using var prediction = Predicting(model);

        Assert.That(
            () => new TrainingClaim(model, TimeSpan.FromMilliseconds(50)),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "Waiting is being evaluated on another thread, which has not ended in 0.1 s. "
                + "A layer cannot be in training and in evaluation mode at once: wait for Evaluate and Predict to end, and train then."));
        model.Go.Set();
        Assert.That(() => model.Predict(ones(1, 4)), Throws.Nothing, "nobody trains it");
    }

    [Test]
    public void Modes_are_as_before_after_an_evaluation_that_was_cancelled()
    {
        using var model = new Moody();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters());
        using CancellationTokenSource cancellation = new();
        model.norm.eval();
        var before = (Crowd.Modes(model), Crowd.Bits(model));

        Assert.That(() => new Trainer(model, criterion, optimizer, Quiet).Evaluate(Batches(), cancellation.Token), Throws.TypeOf<OperationCanceledException>());

        Assert.That((Crowd.Modes(model), Crowd.Bits(model)), Is.EqualTo(before));
        Assert.That(() => Train(model, 1, null), Throws.Nothing);

        IEnumerable<(Tensor, Tensor)> Batches()
        {
            yield return (ones(4, 4), ones(4, 2));
            cancellation.Cancel();
            yield return (ones(4, 4), ones(4, 2));
        }
    }

    private static TrainerOptions Quiet => new() { ShowProgress = false, CheckFirstBatch = false, Threads = 1 };

    /// <summary>Trains while a second thread does something again and again; counts how often that was refused.</summary>
    private static (int Refused, string Trained) Disturb(int steps, Action<Moody> something)
    {
        using var model = Fresh();
        using ManualResetEventSlim refusedOnce = new();
        var (refused, ended, trained) = (0, false, "");

        Crowd.Run(2, thread =>
        {
            if (thread == 0)
            {
                try
                {
                    // The first step waits, so that there is no run without a refusal.
                    trained = Train(model, steps, _ => Assert.That(refusedOnce.Wait(TimeSpan.FromSeconds(30)), Is.True));
                }
                finally
                {
                    Volatile.Write(ref ended, true);
                }

                return;
            }

            while (!Volatile.Read(ref ended))
            {
                try
                {
                    something(model);
                }
                catch (InvalidOperationException exception) when (exception.Message == $"Moody is being trained on another thread{Advice}")
                {
                    refused++;
                    refusedOnce.Set();
                }
            }
        }, seconds: 300);
        return (refused, trained);
    }

    private static string Train(int steps, Action<Moody>? afterStep)
    {
        using var model = Fresh();
        return Train(model, steps, afterStep);
    }

    private static Moody Fresh()
    {
        _ = manual_seed(1);
        return new Moody();
    }

    /// <summary>Trains on the same batches each time, and gives the bits of the network then.</summary>
    private static string Train<TModel>(TModel model, int steps, Action<TModel>? afterStep)
        where TModel : MyNeuralNetwork
    {
        using var scope = NewDisposeScope();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.1);
        using var generator = new Generator(3);
        var width = model is Sharing ? 16 : 4;
        (Tensor, Tensor)[] batches = [.. Enumerable.Range(0, steps).Select(_ => (rand([4, width], generator: generator), rand([4, 2], generator: generator)))];
        _ = new Trainer(model, criterion, optimizer, Quiet with { Seed = 2, Epochs = 1, Callbacks = [new Spy { StepEnded = (_, _) => afterStep?.Invoke(model) }] })
            .Fit(batches, batches[..1]);
        return Crowd.Bits(model);
    }

    /// <summary>A thread that is inside of a prediction when this returns.</summary>
    private static Joining Predicting(Waiting model)
    {
        Thread thread = new(() => model.Predict(ones(1, 4)).Dispose()) { IsBackground = true };
        thread.Start();
        Assert.That(model.Inside.Wait(TimeSpan.FromSeconds(30)), Is.True);
        return new Joining(thread);
    }

    private sealed class Joining(Thread thread) : IDisposable
    {
        public void Dispose() => Assert.That(thread.Join(TimeSpan.FromSeconds(30)), Is.True);
    }

    private sealed class Sharing : MyNeuralNetwork
    {
        public required TorchSharp.Modules.Linear part { get; init; }

        public override Tensor forward(Tensor x) => part.call(x);
    }

    private sealed class WithReLU : MyNeuralNetwork
    {
        private readonly TorchSharp.Modules.Linear fc = nn.Linear(4, 2);

        public required TorchSharp.Modules.ReLU relu { get; init; }

        public override Tensor forward(Tensor x) => relu.call(fc.call(x));
    }

    private sealed class Waiting : MyNeuralNetwork
    {
        private readonly TorchSharp.Modules.Linear fc = nn.Linear(4, 2);

        public ManualResetEventSlim Inside { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public bool IsEvaluating { get; private set; }

        public override Tensor forward(Tensor x)
        {
            if (!training)
            {
                IsEvaluating = true;
                Inside.Set();
                Assert.That(Go.Wait(TimeSpan.FromSeconds(30)), Is.True);
                IsEvaluating = false;
            }

            return fc.call(x);
        }
    }
}
