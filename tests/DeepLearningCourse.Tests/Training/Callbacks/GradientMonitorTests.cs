using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Callbacks;

public sealed class GradientMonitorTests : NetworkTest
{
    [Test]
    public void The_norms_are_those_of_the_layers_gradients_before_clipping()
    {
        using Scaled model = new(1, 1);
        GradientMonitor monitor = new(everySteps: 2);

        _ = Fit(model, monitor, new TrainerOptions { Epochs = 5, ClipNorm = 1e-3 }, lr: 0);

        // With features of ones, the gradient of each number of w1 is that of its output.
        Assert.That(monitor.Steps, Is.EqualTo(new[] { 1, 3, 5 }));
        Assert.That(monitor.Norms.Keys, Is.EqualTo(new[] { "gain", "w1", "w2" }));
        var expected = ByHand(model);

        foreach (var (layer, norms) in monitor.Norms)
        {
            Assert.That(norms, Has.Count.EqualTo(3).And.All.EqualTo(expected[layer]).Within(1e-3).Percent, layer);
        }

        Assert.That(monitor.TotalNorms[0], Is.EqualTo(Math.Sqrt(expected.Values.Sum(norm => norm * norm))).Within(1e-3).Percent);
        Assert.That(monitor.ToCsv().Split('\n')[0], Is.EqualTo("step,gain,w1,w2"));
        Assert.That(monitor.ToCsv().Split('\n')[2], Does.StartWith("3,"));
    }

    [Test]
    public void A_layer_that_gets_hardly_any_gradient_is_warned_of_once()
    {
        using Scaled model = new(1e-7f, 1);
        GradientMonitor monitor = new(everySteps: 1);

        var history = Fit(model, monitor, new TrainerOptions { Epochs = 3 }, lr: 0);

        Assert.That(monitor.Vanishing, Is.EqualTo(new[] { "w1" }));
        Assert.That(history.Warnings, Has.Count.EqualTo(1));
        Assert.That(history.Warnings[0], Does.StartWith("Layer 'w1' gets hardly any gradient at step 1: its norm is ").And.Contain("and that of '"));
    }

    [Test]
    public void A_layer_whose_gradient_is_large_is_warned_of_once()
    {
        using Scaled model = new(1, 1e6f);
        GradientMonitor monitor = new(everySteps: 1, vanishingRatio: 0);

        var history = Fit(model, monitor, new TrainerOptions { Epochs = 3 }, lr: 0);

        Assert.That(monitor.Exploding, Is.EqualTo(new[] { "gain", "w1", "w2" }));
        Assert.That(history.Warnings, Has.Count.EqualTo(3));
        Assert.That(history.Warnings[1], Does.StartWith("The gradient of layer 'w1' is very large at step 1: its norm is "));
    }

    [Test]
    public void Layers_that_are_thawed_later_have_no_number_before()
    {
        using Scaled model = new(1, 1);
        model.Freeze("w1.*");
        GradientMonitor monitor = new(everySteps: 1);
        var thaw = TrainingCallbacks.OnEpochEnded((_, epoch) => model.Unfreeze());

        _ = Fit(model, monitor, new TrainerOptions { Epochs = 2, Callbacks = [thaw] }, lr: 0);

        Assert.That(monitor.Norms["w1"][0], Is.NaN);
        Assert.That(monitor.Norms["w1"][1], Is.GreaterThan(0));
        Assert.That(monitor.TotalNorms, Has.None.NaN);
    }

    [Test]
    public void Gradients_of_other_devices_and_sparse_ones_are_measured_together()
    {
        using var dense = new Parameter(zeros(3, dtype: ScalarType.Float64));
        dense.grad = tensor(new[] { 2.0, 3.0, 6.0 });
        using var embedding = nn.Embedding(5, 2, sparse: true);
        var weight = embedding.weight!;
        embedding.call(tensor(new long[] { 1, 1, 4 })).sum().backward();
        using var without = new Parameter(zeros(1));

        var norms = GradientNorms.Of([dense, without, weight]);

        Assert.That(norms, Is.EqualTo(new double?[] { 7, null, Math.Sqrt((2 * 4) + 2) }).Within(1e-5));
        Assert.That(GradientNorms.AreFinite([dense, weight]), Is.True);
        dense.grad = tensor(new[] { 2.0, double.NaN, 6.0 });
        Assert.That(GradientNorms.AreFinite([dense, weight]), Is.False);
        Assert.That(GradientNorms.AreFinite([dense]), Is.False);
    }

    [Test]
    public void Thresholds_that_make_no_sense_are_refused()
    {
        Assert.That(() => new GradientMonitor(0),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("everySteps ('0') must be greater than or equal to '1'. (Parameter 'everySteps')"));
        Assert.That(() => new GradientMonitor(vanishingRatio: 1),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The ratio is a share of the largest layer's norm: from 0 to less than 1. (Parameter 'vanishingRatio')"));
        Assert.That(() => new GradientMonitor(vanishingRatio: double.NaN),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The ratio is a share of the largest layer's norm: from 0 to less than 1. (Parameter 'vanishingRatio')"));
        Assert.That(() => new GradientMonitor(explodingNorm: 0),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The norm that is too large is greater than 0. (Parameter 'explodingNorm')"));
    }

    private static TrainingHistory Fit(Scaled model, GradientMonitor monitor, TrainerOptions options, double lr)
    {
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), lr: lr);
        return new Trainer(model, criterion, optimizer, options with { ShowProgress = false, CheckFirstBatch = false, Callbacks = [monitor, .. options.Callbacks] }).Fit([(ones(2, 2), ones(2, 1))]);
    }

    private static Dictionary<string, double> ByHand(Scaled model)
    {
        using var criterion = nn.MSELoss();
        foreach (var parameter in model.parameters())
        {
            parameter.grad = null!;
        }

        criterion.call(model.call(ones(2, 2)), ones(2, 1)).backward();
        double Squares(Tensor? gradient) => gradient!.data<float>().Sum(number => (double)number * number);
        return new()
        {
            ["gain"] = Math.Sqrt(Squares(model.gain.grad)),
            ["w1"] = Math.Sqrt(Squares(model.w1.weight.grad!) + Squares(model.w1.bias!.grad)),
            ["w2"] = Math.Sqrt(Squares(model.w2.weight.grad)),
        };
    }

    /// <summary>Two layers with factors that make gradients small or large, and a parameter of the network itself.</summary>
    private sealed class Scaled(float first, float last) : MyNeuralNetwork
    {
        public Parameter gain { get; } = new(ones(1));

        public Linear w1 { get; } = nn.Linear(2, 3);

        public Linear w2 { get; } = nn.Linear(3, 1, hasBias: false);

        public override Tensor forward(Tensor x) => w2.call((w1.call(x) * first) + 1) * last * gain;
    }
}
