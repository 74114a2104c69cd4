using DeepLearningCourse.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class ConversionTests : NetworkTest
{
    [Test]
    public void An_optimizer_made_before_the_conversion_goes_on()
    {
        using var model = new BinaryClassifier();
        using var twin = new BinaryClassifier();
        twin.load_state_dict(model.state_dict());
        using var optimizer = optim.Adam(model.parameters(), 0.1);
        var weight = model.w1.weight;

        model.to(float64);
        twin.to(float64);
        using var later = optim.Adam(twin.parameters(), 0.1);
        Train(model, optimizer);
        Train(twin, later);

        Assert.That(model.w1.weight, Is.SameAs(weight));
        Assert.That(weight.dtype, Is.EqualTo(ScalarType.Float64));
        // Its moments stay float32, as in PyTorch.
        Assert.That((model.w1.weight - twin.w1.weight).abs().max().item<double>(), Is.LessThan(1e-6), "the step of an optimizer made afterwards");
    }

    [Test]
    public void An_optimizer_in_the_middle_of_a_training_goes_on()
    {
        using var model = new BinaryClassifier();
        using var optimizer = optim.SGD(model.parameters(), 0.1, momentum: 0.9);
        Train(model, optimizer);

        model.to(float64);
        var before = model.w1.weight.clone();
        Train(model, optimizer);

        Assert.That(model.w1.weight.equal(before).all().item<bool>(), Is.False);
        Assert.That(model.w1.weight.grad!.dtype, Is.EqualTo(ScalarType.Float64));
    }

    [Test]
    public void Gradients_are_converted_too()
    {
        using var model = new Line();
        model.call(ones(1, 2)).sum().backward();

        model.to(float64);

        Assert.That(model.fc.weight.grad!.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(model.fc.weight.grad!.sum().item<double>(), Is.EqualTo(2));
        Assert.That(model.call(ones(1, 2, dtype: float64)).dtype, Is.EqualTo(ScalarType.Float64));
    }

    [Test]
    public void Tied_weights_stay_tied()
    {
        using var model = new Tied();

        model.to(float64);

        Assert.That(model.decoder.weight, Is.SameAs(model.encoder.weight));
        Assert.That(model.parameters().Count(), Is.EqualTo(1));
        Assert.That(model.decoder.weight!.dtype, Is.EqualTo(ScalarType.Float64));
    }

    [Test]
    public void Buffers_that_are_not_saved_are_disposed_with_the_network()
    {
        using var model = new WithBuffers();

        Assert.That(model.Buffer("scratch").shape, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void Buffers_that_are_not_saved_follow()
    {
        using var model = new WithBuffers();

        model.to(float64);

        Assert.That(model.Buffer("kept").dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(model.Buffer("scratch").dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(model.state_dict().Keys, Is.EqualTo(new[] { "kept" }));
    }

    private static void Train(BinaryClassifier model, optim.Optimizer optimizer)
    {
        optimizer.zero_grad();
        model.call(linspace(-1, 1, 40, dtype: model.w1.weight.dtype).reshape(4, 10)).square().mean().backward();
        optimizer.step();
    }

    private sealed class Tied : MyNeuralNetwork
    {
        public readonly Linear encoder = nn.Linear(3, 3, hasBias: false);
        public readonly Linear decoder = nn.Linear(3, 3, hasBias: false);

        public Tied()
        {
            var own = decoder.weight!;
            decoder.weight = encoder.weight;
            own.Dispose();
        }

        public override Tensor forward(Tensor x) => decoder.call(encoder.call(x));
    }

    private sealed class WithBuffers : MyNeuralNetwork
    {
        public WithBuffers()
        {
            register_buffer("kept", ones(2));
            register_buffer("scratch", ones(2), persistent: false);
        }

        public Tensor Buffer(string name) => get_buffer(name)!;

        public override Tensor forward(Tensor x) => x;
    }
}
