using DeepLearningCourse.Inference;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class ForwardErrorTests : NetworkTest
{
    [Test]
    public void Wrong_number_of_features_names_the_first_layer_and_what_it_needs()
    {
        using var model = new BinaryClassifier();
        var x = rand(32, 9);

        var error = Assert.Throws<ForwardException>(() => model.call(x));

        Assert.That(error!.Message, Is.EqualTo(
            "Layer 'w1' (Linear(in_features=10, out_features=32, bias=True)) got [32, 9] and needs [*, 10]. "
            + "The shapes so far: input [32, 9]. Give it data of that shape, or build the layer for the data you have."));
        Assert.That(error.LayerPath, Is.EqualTo("w1"));
        Assert.That(error.ToString(), Does.Contain("BinaryClassifier.forward").And.Not.Contain("frame #"), "what a console shows");
    }

    [Test]
    public void A_layer_left_out_of_forward_is_asked_for()
    {
        using var model = new SkipsW1();

        var error = Assert.Throws<ForwardException>(() => model.call(rand(32, 10)));

        Assert.That(error!.Message, Is.EqualTo(
            "Layer 'w2' (Linear(in_features=32, out_features=64, bias=True)) got [32, 10] and needs [*, 32]. "
            + "The shapes so far: input [32, 10] → relu_1 [32, 10]. Is 'w1' missing from forward?"));
    }

    [Test]
    public void A_nested_layer_is_named_by_its_path()
    {
        using var model = new Nested();

        var error = Assert.Throws<ForwardException>(() => model.call(rand(4, 3)));

        Assert.That(error!.Message, Is.EqualTo(
            "Layer 'inner.w1' (Linear(in_features=10, out_features=32, bias=True)) got [4, 5] and needs [*, 10]. "
            + "The shapes so far: input [4, 3] → before [4, 5]. Make the layer before it give that shape, or build this layer for the shape it gets."));
    }

    [Test]
    public void A_disposed_network_layer_or_tensor_is_named()
    {
        var x = rand(2, 10);
        var disposed = rand(2, 10);
        disposed.Dispose();
        var model = new BinaryClassifier();
        const string keep = "A tensor made inside a DisposeScope ends with it, and a batch ends when the loop moves on: "
            + "keep it with MoveToOuterDisposeScope() or loader.Keep(batch).";

        Assert.That(Message(() => model.call(disposed)), Is.EqualTo($"BinaryClassifier got a tensor that was disposed. {keep}"));
        Assert.That(Message(() => model.call(null!)), Is.EqualTo("BinaryClassifier got null in place of a tensor. Look at where the data comes from."));

        model.w2.weight.Dispose();
        Assert.That(Message(() => model.call(x)), Is.EqualTo(
            "Layer 'w2' (Linear) was disposed, or one of its parameters. Dispose nothing but the whole network, after its last use."));

        model.Dispose();
        Assert.That(Message(() => model.call(x)), Is.EqualTo(
            "BinaryClassifier was disposed, by Dispose or by a using that ended, and cannot be called any more. Dispose it after its last use, or make a new one."));

        using var scoped = new LosesItsTensor();
        Assert.That(Message(() => scoped.call(x)), Is.EqualTo($"Layer 'second' (Linear) got a tensor that was disposed. {keep}"));
    }

    [Test]
    public void An_input_on_another_device_is_named()
    {
        using var model = new BinaryClassifier();
        using var elsewhere = ones([2, 10], device: device("meta"));

        Assert.That(Message(() => model.call(elsewhere)), Is.EqualTo(
            "BinaryClassifier got [2, 10] on meta, while its weights are on cpu. Move both to one device: X.to(\"cpu\") or model.to(\"meta\")."));
    }

    [Test]
    public void An_embedding_says_which_numbers_it_needs()
    {
        using var model = new Words();

        Assert.That(Message(() => model.call(tensor(new long[] { 3, 12 }))), Is.EqualTo(
            "Layer 'table' (Embedding(10, 4)) got [2] with numbers from 3 to 12 and needs whole numbers from 0 to 9 of type Int64: it has 10 rows. The shapes so far: input [2]."));
        Assert.That(Message(() => model.call(rand(2))), Is.EqualTo(
            "Layer 'table' (Embedding(10, 4)) got [2] of type Float32 and needs whole numbers from 0 to 9 of type Int64: convert them with .to(int64). The shapes so far: input [2]."));
    }

    [Test]
    public void Layers_that_look_at_shapes_themselves_are_named_too()
    {
        using var convolution = new Single(nn.Conv2d(3, 6, 3));
        using var up = new Single(nn.ConvTranspose2d(3, 6, 3));
        using var norm = new Single(nn.GroupNorm(2, 6));
        using var lstm = new Sequence();

        Assert.That(Message(() => convolution.call(rand(2, 4, 8, 8))), Does.Contain("got [2, 4, 8, 8] and needs [batch, 3, height, width]."));
        Assert.That(Message(() => up.call(rand(2, 4, 8, 8))), Does.Contain("got [2, 4, 8, 8] and needs [batch, 3, height, width]."));
        Assert.That(Message(() => norm.call(rand(2, 4, 8))), Does.Contain("got [2, 4, 8] and needs [batch, 6, *]."));
        Assert.That(Message(() => lstm.call(rand(2, 5, 4))), Does.Contain("(LSTM(3, 7)) got [2, 5, 4] and needs [*, 3] with two or three dimensions."));
    }

    [Test]
    public void An_exception_of_forward_itself_stays_as_it_is()
    {
        using var model = new Refuses();

        Assert.That(() => model.call(ones(1)), NUnit.Framework.Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("mine"));
    }

    [Test]
    public void A_wrong_type_says_how_to_convert()
    {
        using var model = new BinaryClassifier();

        var error = Assert.Throws<ForwardException>(() => model.Predict(rand(4, 10, dtype: ScalarType.Float64)));

        Assert.That(error!.Message, Does.StartWith(
            "Layer 'w1' (Linear(in_features=10, out_features=32, bias=True)) got [4, 10] of type Float64, while its weights are "
            + "Float32 (convert the data with .to(float32) or the network with .to(float64)) and failed: "));
        Assert.That(error.Message, Does.Not.Contain("frame #"));
    }

    [Test]
    public void A_failure_between_layers_says_after_which()
    {
        using var model = new FailsBetween();

        var error = Assert.Throws<ForwardException>(() => model.call(rand(4, 10)));

        Assert.That(error!.Message, Does.StartWith("forward of FailsBetween failed after layer 'fc': "));
        Assert.That(error.Message, Does.EndWith("The shapes so far: input [4, 10] → fc [4, 3]."));
        Assert.That(error.Message, Does.Not.Contain("frame #"));
        Assert.That(error.LayerPath, Is.Null);
    }

    [Test]
    public void The_explanation_leaves_modes_random_state_and_statistics_alone()
    {
        using var model = new WithNorm();
        model.drop.eval();
        var x = rand(4, 10);
        var state = random.get_rng_state();

        Assert.That(() => model.call(x),
            NUnit.Framework.Throws.TypeOf<ForwardException>().With.Message.EqualTo("Layer 'fc' (Linear(in_features=9, out_features=3, bias=True)) got [4, 10] and needs [*, 9]. The shapes so far: input [4, 10] → norm [4, 10] → drop [4, 10]. Make the layer before it give that shape, or build this layer for the shape it gets."));

        Assert.That(model.training, Is.True);
        Assert.That(model.drop.training, Is.False);
        Assert.That(model.norm.num_batches_tracked!.item<long>(), Is.EqualTo(1), "the failed pass itself went through the layer once");
        Assert.That(random.get_rng_state().equal(state).all().item<bool>(), Is.True);
    }

    [Test]
    public void An_exception_of_the_students_own_code_passes_unchanged()
    {
        using var model = new Throws();

        Assert.That(() => model.call(rand(1, 1)), NUnit.Framework.Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("mine"));
    }

    private sealed class SkipsW1 : MyNeuralNetwork
    {
        private readonly Linear w1 = nn.Linear(10, 32);
        private readonly Linear w2 = nn.Linear(32, 64);
        private readonly ReLU relu_1 = nn.ReLU();

        public Linear First => w1;

        public override Tensor forward(Tensor x) => w2.call(relu_1.call(x));
    }

    private sealed class Nested : MyNeuralNetwork
    {
        private readonly Linear before = nn.Linear(3, 5);
        private readonly BinaryClassifier inner = new();

        public override Tensor forward(Tensor x) => inner.call(before.call(x));
    }

    private sealed class FailsBetween : MyNeuralNetwork
    {
        private readonly Linear fc = nn.Linear(10, 3);

        public override Tensor forward(Tensor x) => cat([fc.call(x), x.t()], 1);
    }

    private sealed class WithNorm : MyNeuralNetwork
    {
        public readonly BatchNorm1d norm = nn.BatchNorm1d(10);
        public readonly Dropout drop = nn.Dropout();
        private readonly Linear fc = nn.Linear(9, 3);

        public override Tensor forward(Tensor x) => fc.call(drop.call(norm.call(x)));
    }

    private sealed class Throws : MyNeuralNetwork
    {
        public override Tensor forward(Tensor x) => throw new NotSupportedException("mine");
    }

    private static string Message(Action action) => Assert.Throws<ForwardException>(() => action())!.Message;

    private sealed class LosesItsTensor : MyNeuralNetwork
    {
        private readonly Linear first = nn.Linear(10, 4);
        private readonly Linear second = nn.Linear(4, 1);

        public override Tensor forward(Tensor x)
        {
            Tensor h;

            using (NewDisposeScope())
            {
                h = first.call(x);
            }

            return second.call(h);
        }
    }

    private sealed class Words : MyNeuralNetwork
    {
        private readonly Embedding table = nn.Embedding(10, 4);

        public override Tensor forward(Tensor x) => table.call(x);
    }

    private sealed class Single(nn.Module<Tensor, Tensor> layer) : MyNeuralNetwork
    {
        public override Tensor forward(Tensor x) => layer.call(x);
    }

    private sealed class Sequence : MyNeuralNetwork
    {
        private readonly LSTM lstm = nn.LSTM(3, 7);

        public override Tensor forward(Tensor x) => lstm.call(x).Item1;
    }

    private sealed class Refuses : MyNeuralNetwork
    {
        public override Tensor forward(Tensor x) => throw new NotSupportedException("mine");
    }
}
