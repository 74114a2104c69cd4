using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Layers;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Tuning;

public sealed class NoTraceTests : NetworkTest
{
    private static readonly string[] Kinds =
        ["SGD", "Adam", "AdamW", "Adagrad", "RMSprop", "NAdam", "RAdam", "Adamax", "Adadelta", "Rprop", "ASGD", "LBFGS"];

    [Test]
    public void A_learning_rate_test_leaves_no_bit_changed([ValueSource(nameof(Kinds))] string kind, [Values(0, 3)] int stepsBefore)
    {
        using TunedTraining training = new(kind, stepsBefore);
        using TunedTraining untouched = new(kind, stepsBefore);
        var state = get_rng_state();
        var before = training.Fingerprint();

        var found = training.Trainer.FindLearningRate(training.Loader, min: 1e-5, max: 1e-1, steps: 12);

        Assert.That(training.Fingerprint(), Is.EqualTo(before));
        Assert.That(found.Points, Has.Count.GreaterThan(1));
        var continued = training.Continue();
        set_rng_state(state);
        Assert.That(continued, Is.EqualTo(untouched.Continue()), "as if there had been no test");
    }

    [Test]
    public void A_batch_size_search_leaves_no_bit_changed([Values("Adam", "SGD", "LBFGS")] string kind, [Values(0, 3)] int stepsBefore)
    {
        using TunedTraining training = new(kind, stepsBefore);
        using TunedTraining untouched = new(kind, stepsBefore);
        var state = get_rng_state();
        var before = training.Fingerprint();

        var found = training.Trainer.FindBatchSize(size => new DataLoader<(Tensor features, Tensor target)>(training.Data, batchSize: size, shuffle: true), min: 2, max: 16);

        Assert.That(training.Fingerprint(), Is.EqualTo(before));
        Assert.That(found.Largest, Is.EqualTo(16));
        var continued = training.Continue();
        set_rng_state(state);
        Assert.That(continued, Is.EqualTo(untouched.Continue()));
    }

    [Test]
    public void Network_and_loader_are_put_back_when_the_loss_diverges()
    {
        using TunedTraining training = new("SGD", 2);
        var before = training.Fingerprint();

        var found = training.Trainer.FindLearningRate(training.Loader, min: 1e-3, max: 1e30, steps: 40);

        Assert.That(found.Diverged, Is.True);
        Assert.That(found.Points, Has.Count.LessThan(40));
        Assert.That(training.Fingerprint(), Is.EqualTo(before));
    }

    [Test]
    public void Everything_is_put_back_when_a_layer_throws([Values(1, 2, 9)] int forward)
    {
        using TunedTraining training = new("Adam", 2);
        var before = training.Fingerprint();
        var count = 0;
        training.Model.Seen = _ =>
        {
            if (++count == forward)
            {
                throw new IOException("The disk is gone.");
            }
        };

        Assert.That(() => training.Trainer.FindLearningRate(training.Loader),
            Throws.TypeOf<IOException>().With.Message.EqualTo("The disk is gone."));

        Assert.That(training.Fingerprint(), Is.EqualTo(before));
    }

    [Test]
    public void Everything_is_put_back_when_it_is_cancelled([Values(1, 9)] int forward, [Values] bool byToken)
    {
        using TunedTraining training = new("Adam", 2);
        using CancellationTokenSource source = new();
        var before = training.Fingerprint();
        var count = 0;
        training.Model.Seen = _ =>
        {
            if (++count == forward)
            {
                if (byToken)
                {
                    source.Cancel();
                }
                else
                {
                    training.Trainer.Stop();
                }
            }
        };

        Assert.Throws(Is.InstanceOf<OperationCanceledException>(), () => training.Trainer.FindLearningRate(training.Loader, cancellationToken: source.Token));
        Assert.That(training.Fingerprint(), Is.EqualTo(before));

        (count, forward) = (0, forward + 3);
        Assert.Throws(Is.InstanceOf<OperationCanceledException>(), () => training.Trainer.FindBatchSize(
            size => new DataLoader<(Tensor features, Tensor target)>(training.Data, batchSize: size), cancellationToken: source.Token));
        Assert.That(training.Fingerprint(), Is.EqualTo(before));
    }

    [Test]
    public void The_options_of_a_seed_determine_what_is_found_and_the_generator_goes_on()
    {
        using TunedTraining training = new("Adam", 0, new TrainerOptions { Seed = 3, BatchesPerStep = 2, ClipNorm = 1 });
        var before = training.Fingerprint();

        var first = training.Trainer.FindLearningRate(training.Loader, steps: 20);
        var second = training.Trainer.FindLearningRate(training.Loader, steps: 20);

        Assert.That(second.Points, Is.EqualTo(first.Points));
        Assert.That(training.Fingerprint(), Is.EqualTo(before));
    }

    [Test]
    public void Averages_and_callbacks_take_no_part()
    {
        using TunedTraining model = new("Adam", 0);
        using var average = WeightAverage.Ema(model.Model);
        using var criterion = nn.MSELoss();
        CountingCallback callback = new();
        Trainer trainer = new(model.Model, criterion, model.Optimizer, new TrainerOptions { ShowProgress = false, Average = average, Callbacks = [callback] });

        trainer.FindLearningRate(model.Loader, steps: 12);

        Assert.That(average.Updates, Is.Zero);
        Assert.That(callback.Calls, Is.Zero);
    }

    [Test]
    public void Optimizers_of_TorchSharps_own_are_refused()
    {
        using Line model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.Adam(model.parameters());
        Trainer trainer = new(model, criterion, optimizer, new TrainerOptions { ShowProgress = false });
        (Tensor, Tensor)[] data = [(ones(3, 2), ones(3, 1))];

        var exception = Assert.Throws<NotSupportedException>(() => trainer.FindLearningRate(data))!;

        Assert.That(exception.Message, Does.StartWith("Adam is TorchSharp's own optimizer, whose state cannot be read and put back. Make it with Optimizers"));
        Assert.That(exception.Message, Does.EndWith("to look for a learning rate."));
    }

    [Test]
    public void A_trainer_that_trains_refuses_a_test()
    {
        using TunedTraining training = new("Adam", 0);
        InvalidOperationException? exception = null;
        training.Model.Seen = _ => exception ??= Assert.Throws<InvalidOperationException>(() => training.Trainer.FindLearningRate(training.Loader));

        training.Trainer.Fit(training.Loader);

        Assert.That(exception!.Message, Does.StartWith("This trainer is training already."));
    }

    [Test]
    public void A_lazy_layer_without_a_size_is_refused()
    {
        using LazyNetwork model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.sized.parameters());
        Trainer trainer = new(model, criterion, optimizer, new TrainerOptions { ShowProgress = false });

        var exception = Assert.Throws<InvalidOperationException>(() => trainer.FindLearningRate([(ones(3, 2), ones(3, 1))]))!;

        Assert.That(exception.Message, Does.Contain("has no size yet"));
    }

    private sealed class CountingCallback : ITrainingCallback
    {
        public int Calls { get; private set; }

        public void OnFitStarted(TrainingRun run) => Calls++;
    }

    private sealed class LazyNetwork : MyNeuralNetwork
    {
        public LazyLinear lazy { get; } = new(4);

        public TorchSharp.Modules.Linear sized { get; } = nn.Linear(4, 1);

        public override Tensor forward(Tensor x) => sized.call(lazy.call(x));
    }
}
