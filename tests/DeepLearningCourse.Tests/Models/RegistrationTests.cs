using DeepLearningCourse.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class RegistrationTests : NetworkTest
{
    private static readonly string[] SlideNames =
        ["w1.weight", "w1.bias", "w2.weight", "w2.bias", "w3.weight", "w3.bias"];

    [Test]
    public void Parameters_carry_the_names_of_the_properties()
    {
        using var model = new BinaryClassifier();

        Assert.That(model.named_parameters().Select(p => p.name), Is.EqualTo(SlideNames));
        Assert.That(model.state_dict().Keys, Is.EqualTo(SlideNames));
        Assert.That(model.parameters().Sum(p => p.numel()), Is.EqualTo((10 * 32) + 32 + (32 * 64) + 64 + 64 + 1));
    }

    [Test]
    public void Fields_primary_constructor_parameters_and_base_classes_register_too()
    {
        using var model = new Derived(nn.Linear(3, 4));

        Assert.That(
            model.named_parameters().Select(p => p.name),
            Is.EquivalentTo(new[] { "first.weight", "first.bias", "given.weight", "given.bias", "scale" }));
        Assert.That(model.named_buffers().Select(b => b.name), Is.EqualTo(new[] { "offset" }));
        Assert.That(model.has_parameter("given.weight"), Is.True);
        Assert.That(model.get_parameter("scale"), Is.Not.Null);
        Assert.That(model.get_buffer("offset"), Is.Not.Null);
    }

    [Test]
    public void Lists_arrays_and_dictionaries_of_layers_and_networks_register_by_index_and_key()
    {
        using var model = new Collections();

        Assert.That(model.state_dict().Keys, Is.EqualTo(new[]
        {
            "hidden.0.weight", "hidden.0.bias", "hidden.1.weight", "hidden.1.bias",
            "array.0.weight", "array.0.bias",
            "named.left.weight", "named.left.bias",
            "grid.0.0.weight", "grid.0.0.bias",
            "scales.0", "scales.1",
            "inner.w1.weight", "inner.w1.bias", "inner.w2.weight", "inner.w2.bias", "inner.w3.weight", "inner.w3.bias",
        }));
    }

    [Test]
    public void A_layer_added_or_replaced_later_is_seen()
    {
        using var model = new Collections();
        var before = model.parameters().Count();
        using var replaced = model.Head;

        model.Hidden.Add(nn.Linear(2, 2, hasBias: false));
        model.Head = nn.Linear(4, 2);

        Assert.That(model.parameters().Count(), Is.EqualTo(before + 1 + 2));
        Assert.That(model.state_dict().Keys, Does.Contain("hidden.2.weight").And.Contain("Head.weight"));

        using var old = model.Head;
        model.Head = null;

        Assert.That(model.state_dict().Keys, Does.Not.Contain("Head.weight"));
    }

    [Test]
    public void Train_and_eval_reach_layers_in_lists()
    {
        using var model = new Collections();

        model.eval();
        Assert.That(model.Hidden[0].training, Is.False);

        model.train();
        Assert.That(model.Hidden[0].training, Is.True);
    }

    [Test]
    public void To_a_type_converts_everything_and_keeps_members_and_registry_one()
    {
        using var model = new Collections();
        using var derived = new Derived(nn.Linear(3, 4));

        model.to(ScalarType.Float64);
        derived.to(ScalarType.Float64);

        Assert.That(model.parameters().Concat(derived.parameters()).Select(p => p.dtype), Has.All.EqualTo(ScalarType.Float64));
        Assert.That(model.Hidden[1].weight.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(derived.Scale.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(derived.get_parameter("scale")!.Handle, Is.EqualTo(derived.Scale.Handle));
        Assert.That(derived.offset.dtype, Is.EqualTo(ScalarType.Float64));
        using var output = derived.call(ones(2, 3, dtype: ScalarType.Float64));
        Assert.That(output.dtype, Is.EqualTo(ScalarType.Float64));
    }

    [Test]
    public void Shared_layers_and_parameters_stay_shared_when_they_are_converted()
    {
        using var model = new Shared();

        model.to(ScalarType.Float64);

        Assert.That(model.a, Is.SameAs(model.b));
        Assert.That(model.a.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(model.encoder.weight.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(model.parameters().Count(), Is.EqualTo(3), "weight and bias of the shared layer, and the shared scale");
        Assert.That(
            model.state_dict().Keys,
            Is.EqualTo(new[] { "a", "b", "encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias" }),
            "as PyTorch's state_dict: every name, in its order");
    }

    [Test]
    public void To_a_device_gives_the_network_back()
    {
        using var model = new BinaryClassifier();

        Assert.That(model.to(CPU), Is.SameAs(model));
    }

    [Test]
    public void A_network_made_in_a_scope_outlives_it()
    {
        Derived model;
        using (NewDisposeScope())
        {
            model = new Derived(nn.Linear(3, 4));
            _ = model.parameters().Count();
        }

        Assert.That(model.parameters().All(p => !p.IsInvalid), Is.True);
        model.Dispose();
    }

    [Test]
    public void Two_inputs_three_inputs_and_tuple_outputs_have_their_bases()
    {
        using var two = new TwoInputs();
        using var three = new ThreeInputs();
        using var pair = new PairOutput();
        var x = ones(2, 3);

        Assert.That(two.call(x, x).shape, Is.EqualTo(new long[] { 2, 1 }));
        Assert.That(three.call(x, x, x).shape, Is.EqualTo(new long[] { 2, 1 }));
        var (value, doubled) = pair.call(x);
        Assert.That((value * 2).equal(doubled).all().item<bool>(), Is.True);
        Assert.That(two.parameters().Count() + three.parameters().Count() + pair.parameters().Count(), Is.EqualTo(6));
    }

    [Test]
    public void A_hidden_layer_is_refused_by_name()
    {
        using var layer = nn.Linear(1, 1);
        using var tuple = new HidesInTuple(layer);
        using var holder = new HidesInObject(layer);
        using var lazy = new HidesInSequence();

        Assert.That(() => tuple.parameters().Count(), Throws.InvalidOperationException.With.Message.EqualTo(
            "HidesInTuple.pair (a ValueTuple) holds layers that cannot be registered, so they would never be trained or "
            + "saved. Declare each layer as a field or property of the network, keep them in a List, an array or a "
            + "Dictionary, or make the class that holds them a MyNeuralNetwork."));
        Assert.That(() => holder.parameters().Count(), Throws.InvalidOperationException.With.Message.StartWith("HidesInObject.holder (a Holder)"));
        Assert.That(() => lazy.parameters().Count(), Throws.InvalidOperationException.With.Message.StartWith("HidesInSequence.layers"));
    }

    private sealed class Shared : MyNeuralNetwork
    {
        public readonly Linear encoder = nn.Linear(2, 2);
        public readonly Linear decoder;
        public readonly Parameter a = nn.Parameter(torch.ones(2));
        public readonly Parameter b;

        public Shared()
        {
            decoder = encoder;
            b = a;
        }

        public override Tensor forward(Tensor x) => decoder.call(encoder.call(x)) * a * b;
    }

    private class Base : MyNeuralNetwork
    {
        public readonly Linear first = nn.Linear(3, 4);

        public override Tensor forward(Tensor x) => first.call(x);
    }

    private sealed class Derived(Linear given) : Base
    {
        public readonly Tensor offset = torch.zeros(4);
        private readonly Parameter scale = nn.Parameter(torch.ones(4));

        // Of the moment only: it must not become a part of the network.
        private Tensor? last;

        public Parameter Scale => scale;

        public override Tensor forward(Tensor x)
        {
            last = (base.forward(x) + given.call(x)) * scale;
            return last + offset;
        }
    }

    private sealed class Collections : MyNeuralNetwork
    {
        private readonly List<Linear> hidden = [nn.Linear(2, 2), nn.Linear(2, 2)];
        private readonly Linear[] array = [nn.Linear(1, 1)];
        private readonly Dictionary<string, Linear> named = new() { ["left"] = nn.Linear(1, 1) };
        private readonly List<List<Linear>> grid = [[nn.Linear(1, 1)]];
        private readonly List<Parameter> scales = [nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))];
        private readonly BinaryClassifier inner = new();
        private readonly double[] numbers = new double[100];

        public List<Linear> Hidden => hidden;

        public Linear? Head { get; set; }

        public override Tensor forward(Tensor x) =>
            named["left"].call(array[0].call(grid[0][0].call(inner.call(x)))) * scales[0] * numbers[0];
    }

    private sealed class TwoInputs : MyNeuralNetwork<Tensor, Tensor, Tensor>
    {
        private readonly Linear fc = nn.Linear(6, 1);

        public override Tensor forward(Tensor left, Tensor right) => fc.call(cat([left, right], 1));
    }

    private sealed class ThreeInputs : MyNeuralNetwork<Tensor, Tensor, Tensor, Tensor>
    {
        private readonly Linear fc = nn.Linear(9, 1);

        public override Tensor forward(Tensor a, Tensor b, Tensor c) => fc.call(cat([a, b, c], 1));
    }

    private sealed class PairOutput : MyNeuralNetwork<Tensor, (Tensor Value, Tensor Doubled)>
    {
        private readonly Linear fc = nn.Linear(3, 1);

        public override (Tensor Value, Tensor Doubled) forward(Tensor x)
        {
            var y = fc.call(x);
            return (y, y * 2);
        }
    }

    private sealed class HidesInTuple(Linear layer) : MyNeuralNetwork
    {
        private readonly (Linear, int) pair = (layer, 1);

        public override Tensor forward(Tensor x) => pair.Item1.call(x);
    }

    private sealed class Holder
    {
        public Linear? Layer { get; init; }
    }

    private sealed class HidesInObject(Linear layer) : MyNeuralNetwork
    {
        private readonly Holder holder = new() { Layer = layer };

        public override Tensor forward(Tensor x) => holder.Layer!.call(x);
    }

    private sealed class HidesInSequence : MyNeuralNetwork
    {
        private readonly IEnumerable<Linear> layers = Enumerable.Range(0, 2).Select(_ => nn.Linear(1, 1));

        public override Tensor forward(Tensor x) => layers.Aggregate(x, (t, layer) => layer.call(t));
    }
}
