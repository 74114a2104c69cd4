using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class ActivationTests : NetworkTest
{
    [Test]
    public void Each_layer_gives_its_output_by_its_path()
    {
        using var model = new BinaryClassifier();
        var X = rand(4, 10);

        var activations = model.Activations(X);

        Assert.That(activations.Keys, Is.EqualTo(new[] { "w1", "relu_1", "w2", "relu_2", "w3" }), "in the order of the calls");
        Assert.That(activations["w3"].equal(model.call(X)).all().item<bool>(), Is.True);
        Assert.That(activations["relu_1"].equal(activations["w1"].relu()).all().item<bool>(), Is.True);
    }

    [Test]
    public void They_live_as_long_as_the_scope_around()
    {
        using var model = new BinaryClassifier();
        Tensor hidden;

        using (NewDisposeScope())
        {
            hidden = model.Activations(rand(4, 10), "relu_*")["relu_2"];
            Assert.That(hidden.IsInvalid, Is.False);
        }

        Assert.That(hidden.IsInvalid, Is.True);
    }

    [Test]
    public void Gradients_flow_to_them()
    {
        using var model = new BinaryClassifier();
        var activations = model.Activations(rand(4, 10));

        activations["relu_1"].retain_grad();
        activations["w3"].sum().backward();

        var gradient = activations["w2"].gt(0).to(float32).mul(model.w3.weight).matmul(model.w2.weight);
        Assert.That(activations["relu_1"].grad!.allclose(gradient, 1e-5, 1e-6), Is.True, "by hand: back through w3, relu_2 and w2");
    }

    [Test]
    public void Nested_layers_and_patterns()
    {
        using var model = new Nested();

        Assert.That(model.Activations(rand(2, 3), "blocks.*").Keys, Is.EqualTo(new[] { "blocks.0", "blocks.1" }));
        Assert.That(
            () => model.Activations(rand(2, 3), "w9"),
            Throws.ArgumentException.With.Message.StartsWith("No layer that forward of Nested calls matches 'w9'. Its layers are blocks, blocks.0, blocks.1."));
        Assert.That(() => model.Activations(rand(2, 4)),
            Throws.TypeOf<ForwardException>().With.Message.EqualTo("Layer 'blocks.0' (Linear(in_features=3, out_features=3, bias=True)) got [2, 4] and needs [*, 3]. The shapes so far: input [2, 4]. Give it data of that shape, or build the layer for the data you have."));
    }

    [Test]
    public void What_forward_disposes_itself_is_kept()
    {
        using var model = new Thrifty();

        Assert.That(model.Activations(ones(1, 2))["first"].shape, Is.EqualTo(new[] { 1, 3 }));
    }

    private sealed class Nested : MyNeuralNetwork
    {
        private readonly List<Linear> blocks = [nn.Linear(3, 3), nn.Linear(3, 2)];

        public override Tensor forward(Tensor x) => blocks[1].call(blocks[0].call(x));
    }

    private sealed class Thrifty : MyNeuralNetwork
    {
        private readonly Linear first = nn.Linear(2, 3);
        private readonly Linear second = nn.Linear(3, 1);

        public override Tensor forward(Tensor x)
        {
            using var h = first.call(x);
            return second.call(h);
        }
    }
}
