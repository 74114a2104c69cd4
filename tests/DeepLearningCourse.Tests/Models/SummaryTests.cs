using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class SummaryTests : NetworkTest
{
    [Test]
    public void The_network_of_the_slides()
    {
        using var model = new BinaryClassifier();

        var summary = model.Summary(32, 10);

        Assert.That(summary.ToString(), Is.EqualTo(
            """
            Layer             Input     Output    Parameters  Trainable  Multiply-adds  Memory
            ──────────────────────────────────────────────────────────────────────────────────
            BinaryClassifier  [32, 10]  [32, 1]        2,529  yes               77,824  96.5 %
            ├─w1 (Linear)     [32, 10]  [32, 32]         352  yes               10,240  15.2 %
            ├─w2 (Linear)     [32, 32]  [32, 64]       2,112  yes               65,536  46.1 %
            ├─w3 (Linear)     [32, 64]  [32, 1]           65  yes                2,048   1.1 %
            ├─relu_1 (ReLU)   [32, 32]  [32, 32]           0  -                      -  11.3 %
            └─relu_2 (ReLU)   [32, 64]  [32, 64]           0  -                      -  22.7 %
            ──────────────────────────────────────────────────────────────────────────────────
            Parameters: 2,529 (2,529 trainable, 0 frozen)
            Multiply-adds: 77,824
            Memory: 36.1 kB (input 1,280 B, parameters 10.1 kB, outputs 24.7 kB)
            """));
    }

    [Test]
    public void Sizes_are_those_computed_by_hand()
    {
        using var model = new Convolutional();

        var summary = model.Summary(4, 3, 8, 8);
        var layers = summary.Layers.ToDictionary(layer => layer.Path);

        // 6 filters of 3 x 3 x 3 and a bias each, at 4 x 8 x 8 places.
        Assert.That(layers["features.0"].ParameterCount, Is.EqualTo((6 * 27) + 6));
        Assert.That(layers["features.0"].MultiplyAdds, Is.EqualTo(4 * 6 * 64 * 27));
        Assert.That(layers["features.0"].OutputShapes.Single(), Is.EqualTo(new[] { 4, 6, 8, 8 }));
        Assert.That(layers["features.1"].ParameterCount, Is.EqualTo(12), "weight and bias of the batch norm");
        Assert.That(layers["features"].MultiplyAdds, Is.EqualTo(layers["features.0"].MultiplyAdds));
        Assert.That(layers["up"].MultiplyAdds, Is.EqualTo(4 * 6 * 16 * (2 * 4)), "each of 4 x 6 x 4 x 4 inputs meets a kernel of 2 x 2 for 2 channels");
        Assert.That(layers["head"].MultiplyAdds, Is.EqualTo(4 * 5 * 128));
        Assert.That(summary.MultiplyAdds, Is.EqualTo(layers["features"].MultiplyAdds + layers["up"].MultiplyAdds + layers["head"].MultiplyAdds));
        Assert.That(summary.ParameterCount, Is.EqualTo(model.parameters().Sum(p => p.numel())));
        Assert.That(summary.InputBytes, Is.EqualTo(4 * 3 * 64 * 4));
        Assert.That(summary.ParameterBytes, Is.EqualTo((summary.ParameterCount * 4) + (2 * 6 * 4) + 8), "running mean and variance, and a count of int64");
        Assert.That(layers["features"].Depth, Is.EqualTo(1));
        Assert.That(layers["features.2"].Depth, Is.EqualTo(2));
    }

    [Test]
    public void Recurrent_and_attention_layers_count()
    {
        using var lstm = new Recurrent();
        using var attention = new Attentive();

        // 2 sequences of 5 steps; 4 gates, from 3 inputs and 7 hidden numbers each.
        Assert.That(lstm.Summary(2, 5, 3).Layers[1].MultiplyAdds, Is.EqualTo(2 * 5 * 4 * 7 * (3 + 7)));
        Assert.That(lstm.Summary(2, 5, 3).Layers[1].OutputShapes.Select(shape => shape.Count), Is.EqualTo(new[] { 3, 3, 3 }));

        // 6 positions, 2 sequences, width 8: four projections, and two products over 6 positions.
        Assert.That(attention.Summary(6, 2, 8).Layers[1].MultiplyAdds, Is.EqualTo((4 * 12 * 64) + (2 * 12 * 6 * 8)));
    }

    [Test]
    public void A_shared_layer_is_counted_once_and_its_calls_add_up()
    {
        using var model = new Shared();

        var summary = model.Summary(2, 4);

        Assert.That(summary.ParameterCount, Is.EqualTo(20));
        Assert.That(summary.Layers.Select(layer => (layer.Path, layer.SharedWith, layer.Calls)), Is.EqualTo(new[] { ("", null, 1), ("first", null, 3), ("second", "first", 3) }));
        Assert.That(summary.MultiplyAdds, Is.EqualTo(3 * 2 * 16));
        Assert.That(summary.ToString(), Does.Contain("├─first (Linear) x3").And.Contain("in first"));
    }

    [Test]
    public void Several_inputs_and_inputs_that_are_given()
    {
        using var pair = new Pair();
        using var words = new Words();

        Assert.That(pair.Summary([2, 3], [2, 5]).InputShapes, Is.EqualTo(new[] { new[] { 2, 3 }, new[] { 2, 5 } }));
        Assert.That(words.Summary(zeros(2, 6, dtype: int64)).Layers[1].OutputShapes.Single(), Is.EqualTo(new[] { 2, 6, 4 }));
        Assert.That(words.Summary(zeros(2, 6, dtype: int64)).MultiplyAdds, Is.Zero, "an embedding looks up");
        Assert.That(() => pair.Summary(2, 3), Throws.ArgumentException.With.Message.StartsWith("Pair takes Tensor input1, Tensor input2, and 1 tensors were given."));
        Assert.That(() => pair.Summary([0, -1], [2]), Throws.ArgumentException.With.Message.StartsWith("[0, -1] is no shape of an input"));
    }

    [Test]
    public void Without_shapes_there_are_the_parameters()
    {
        using var model = new BinaryClassifier();
        model.w1.weight.requires_grad = false;

        var summary = model.Summary();

        Assert.That(summary.ToString(), Does.Contain("├─w1 (Linear)").And.Contain("partly").And.Not.Contain("Multiply-adds"));
        Assert.That((summary.ParameterCount, summary.FrozenCount), Is.EqualTo((2529, 320)));
    }

    [Test]
    public void The_network_is_left_as_it_was()
    {
        using var model = new Convolutional();
        model.train();
        model.head.eval();
        var running = model.state_dict()["features.1.running_mean"].clone();
        var state = random.get_rng_state();

        model.Summary(4, 3, 8, 8);
        Assert.That(() => model.Summary(4, 5, 8, 8), Throws.TypeOf<ForwardException>().With.Message.StartsWith("Layer 'features.0'"));

        Assert.That((model.training, model.head.training), Is.EqualTo((true, false)));
        Assert.That(model.parameters().Select(p => p.grad), Has.All.Null);
        Assert.That(model.state_dict()["features.1.running_mean"].equal(running).all().item<bool>(), Is.True);
        Assert.That(random.get_rng_state().equal(state).all().item<bool>(), Is.True);
        Assert.That(is_grad_enabled(), Is.True);
    }

    [Test]
    public void The_page_has_a_row_a_layer_and_no_text_of_its_own_as_markup()
    {
        using var model = new BinaryClassifier();

        var html = model.Summary(32, 10).ToHtml();

        Assert.That(html.Split("<tr title=").Length - 1, Is.EqualTo(6));
        Assert.That(html, Does.Contain("title=\"Linear(in_features=10, out_features=32, bias=True)\"").And.Contain(">w1 (Linear)<").And.Contain("[32, 64]"));
        Assert.That(() => System.Xml.Linq.XElement.Parse(html), Throws.Nothing);
    }

    private sealed class Convolutional : MyNeuralNetwork
    {
        private readonly Sequential features = nn.Sequential(nn.Conv2d(3, 6, 3, padding: 1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2));
        private readonly ConvTranspose2d up = nn.ConvTranspose2d(6, 2, 2, stride: 2);
        public readonly Linear head = nn.Linear(128, 5);

        public override Tensor forward(Tensor x) => head.call(up.call(features.call(x)).flatten(1));
    }

    private sealed class Recurrent : MyNeuralNetwork
    {
        private readonly LSTM lstm = nn.LSTM(3, 7, batchFirst: true);

        public override Tensor forward(Tensor x) => lstm.call(x).Item1;
    }

    private sealed class Attentive : MyNeuralNetwork
    {
        private readonly MultiheadAttention attention = nn.MultiheadAttention(8, 2);

        public override Tensor forward(Tensor x) => attention.call(x, x, x, null!, true, null!).Item1;
    }

    private sealed class Shared : MyNeuralNetwork
    {
        private readonly Linear first = nn.Linear(4, 4);
        private readonly Linear second;

        public Shared() => second = first;

        public override Tensor forward(Tensor x) => first.call(second.call(first.call(x)));
    }

    private sealed class Pair : MyNeuralNetwork<Tensor, Tensor, Tensor>
    {
        private readonly Linear left = nn.Linear(3, 2);
        private readonly Linear right = nn.Linear(5, 2);

        public override Tensor forward(Tensor a, Tensor b) => left.call(a) + right.call(b);
    }

    private sealed class Words : MyNeuralNetwork
    {
        private readonly Embedding table = nn.Embedding(10, 4);

        public override Tensor forward(Tensor x) => table.call(x);
    }
}
