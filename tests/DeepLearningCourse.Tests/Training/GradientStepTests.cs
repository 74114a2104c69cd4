using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class GradientStepTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 2, ShowProgress = false };

    [Test]
    public void Batches_that_make_one_step_equal_the_big_batch([Values(1, 2, 3, 5)] int batchesPerStep)
    {
        // 22 samples in batches of 5: the last batch is short, and so is the last step.
        var small = Train(batchSize: 5, Quiet with { BatchesPerStep = batchesPerStep }, nn.BCEWithLogitsLoss(), Yes);
        var big = Train(batchSize: 5 * batchesPerStep, Quiet, nn.BCEWithLogitsLoss(), Yes);

        Assert.That(small, Is.EqualTo(big).Within(1e-12));
    }

    [Test]
    public void A_summed_loss_adds_up_too()
    {
        var small = Train(5, Quiet with { BatchesPerStep = 2 }, nn.BCEWithLogitsLoss(reduction: nn.Reduction.Sum), Yes);

        Assert.That(small, Is.EqualTo(Train(10, Quiet, nn.BCEWithLogitsLoss(reduction: nn.Reduction.Sum), Yes)).Within(1e-12));
    }

    [Test]
    public void Class_weights_and_ignored_classes_are_weighed_as_the_criterion_does()
    {
        using var weights = tensor(new[] { 1.0, 3.0, 0.5 });
        CrossEntropyLoss Criterion() => nn.CrossEntropyLoss(weights, ignore_index: 2);

        var small = Train(5, Quiet with { BatchesPerStep = 2 }, Criterion(), Class);

        Assert.That(small, Is.EqualTo(Train(10, Quiet, Criterion(), Class)).Within(1e-12));
    }

    [Test]
    public void Clipping_holds_every_step_and_the_norm_is_in_the_history()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 1);
        using var before = model.fc.weight!.detach().clone();
        var (x, y) = (ones(4, 2) * 100, zeros(4, 1));

        var history = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 1, ShowProgress = false, ClipNorm = 0.5 }).Fit([(x, y)]);

        Assert.That(Gradients.Norm([.. model.parameters()]), Is.EqualTo(0.5).Within(1e-4));
        Assert.That(history.Epochs[0].GradientNorm, Is.GreaterThan(0.5));
        Assert.That(history.Epochs[0].Steps, Is.EqualTo(1));
        Assert.That((model.fc.weight!.detach() - before).norm().ToDouble(), Is.LessThan(0.51));
    }

    [Test]
    public void Gradients_that_are_not_finite_stop_the_run_before_the_weights_change()
    {
        using var model = new Line();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 1);
        using var before = model.fc.weight!.detach().clone();
        using var criterion = new RootLoss();

        Assert.That(
            () => new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 1, ShowProgress = false, ClipNorm = 1, CheckFirstBatch = false }).Fit([(zeros(4, 2), zeros(4, 1))]),
            Throws.TypeOf<TrainingException>().With.Message.Contains("the gradients are not finite"));
        Assert.That(model.fc.weight!.equal(before).all().item<bool>(), Is.True);
    }

    [Test]
    public void Small_networks_train_on_one_thread_and_the_number_comes_back([Values(null, 1, 2)] int? asked)
    {
        set_num_threads(2);
        var seen = new List<int>();
        using var model = new BinaryClassifier();
        using var criterion = new ThreadsSeen(seen);
        using var optimizer = Optimizers.SGD(model.parameters());

        new Trainer(model, criterion, optimizer, Quiet with { Threads = asked }).Fit([(randn(4, 10), rand(4, 1)), (randn(4, 10), rand(4, 1))]);

        Assert.That(seen.Distinct(), Is.EqualTo(new[] { asked ?? 1 }));
        Assert.That(get_num_threads(), Is.EqualTo(2));
    }

    [Test]
    public void Large_batches_train_on_all_threads()
    {
        set_num_threads(2);
        var seen = new List<int>();
        using var model = nn.Sequential(("a", nn.Linear(10, 1000)), ("b", nn.Linear(1000, 1)));
        using var criterion = new ThreadsSeen(seen);
        using var optimizer = Optimizers.SGD(model.parameters());

        new Trainer(model, criterion, optimizer, Quiet).Fit([(randn(1000, 10), rand(1000, 1))]);

        Assert.That(seen.Distinct(), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void Options_that_cannot_be_are_sentences()
    {
        Assert.Multiple(() =>
        {
            Refuses(Quiet with { BatchesPerStep = 0 }, "TrainerOptions.BatchesPerStep is the number of batches to a step of the optimizer: at least 1.");
            Refuses(Quiet with { Threads = 0 }, "TrainerOptions.Threads is the number of threads that compute: at least 1.");
            Refuses(Quiet with { ClipNorm = 0 }, "TrainerOptions.ClipNorm is greater than 0, or null for no limit.");
            Refuses(Quiet with { ClipValue = double.NaN }, "TrainerOptions.ClipValue is greater than 0, or null for no limit.");
        });

        static void Refuses(TrainerOptions options, string message)
        {
            using var model = new Line();
            using var criterion = nn.MSELoss();
            using var optimizer = Optimizers.SGD(model.parameters());
            Assert.That(() => new Trainer(model, criterion, optimizer, options), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(message));
        }
    }

    private static Tensor Yes(Tensor x) => x.sum(1, keepdim: true).gt(0).to(ScalarType.Float64);

    private static Tensor Class(Tensor x) => x.narrow(1, 0, 3).argmax(1);

    /// <summary>All weights after training, in float64.</summary>
    private static double[] Train(int batchSize, TrainerOptions options, nn.IModule<Tensor, Tensor, Tensor> criterion, Func<Tensor, Tensor> target)
    {
        manual_seed(3);
        using var scope = NewDisposeScope();
        var x = randn(22, 10, ScalarType.Float64);
        var y = target(x);
        using var model = new Network(y.Dimensions == 1 ? 3 : 1);
        model.to(ScalarType.Float64);
        using var optimizer = Optimizers.SGD(model.parameters(), lr: 0.1);
        new Trainer(model, criterion, optimizer, options).Fit([.. x.split(batchSize).Zip(y.split(batchSize))]);
        (criterion as IDisposable)?.Dispose();
        return [.. model.parameters().SelectMany(p => p.detach().data<double>().ToArray())];
    }

    private sealed class Network(int outputs) : MyNeuralNetwork
    {
        public Linear w1 { get; } = nn.Linear(10, 8);

        public Linear w2 { get; } = nn.Linear(8, outputs);

        public override Tensor forward(Tensor x) => w2.call(w1.call(x).tanh());
    }

    /// <summary>The root of 0 has an infinite slope.</summary>
    private sealed class RootLoss() : nn.Module<Tensor, Tensor, Tensor>("root")
    {
        public override Tensor forward(Tensor preds, Tensor target) => (preds * 0).abs().sqrt().sum();
    }

    private sealed class ThreadsSeen(List<int> seen) : nn.Module<Tensor, Tensor, Tensor>("threads")
    {
        public override Tensor forward(Tensor preds, Tensor target)
        {
            seen.Add(get_num_threads());
            return nn.functional.mse_loss(preds, target);
        }
    }
}
