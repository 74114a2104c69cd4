using System.Text.Json;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;
using FanInOut = TorchSharp.torch.nn.init.FanInOut;
using Nonlinearity = TorchSharp.torch.nn.init.NonlinearityType;

namespace DeepLearningCourse.Tests.Models;

public sealed class ParameterInitializeTests : NetworkTest
{
    private static readonly Dictionary<string, Initializer> Named = new()
    {
        ["XavierUniform"] = Initializers.XavierUniform(),
        ["XavierUniform gain 2"] = Initializers.XavierUniform(2),
        ["XavierNormal"] = Initializers.XavierNormal(),
        ["KaimingUniform"] = Initializers.KaimingUniform(),
        ["KaimingUniform a=sqrt(5)"] = Initializers.KaimingUniform(Math.Sqrt(5)),
        ["KaimingUniform fan_out relu"] = Initializers.KaimingUniform(mode: FanInOut.FanOut, nonlinearity: Nonlinearity.ReLU),
        ["KaimingNormal"] = Initializers.KaimingNormal(),
        ["KaimingNormal tanh"] = Initializers.KaimingNormal(nonlinearity: Nonlinearity.Tanh),
        ["Uniform"] = Initializers.Uniform(-2, 3),
        ["Normal"] = Initializers.Normal(1, 0.5),
        ["TruncatedNormal"] = Initializers.TruncatedNormal(0.5, 2, -1, 1.5),
        ["Orthogonal"] = Initializers.Orthogonal(1.5),
        ["Constant"] = Initializers.Constant(0.25),
        ["Zeros"] = Initializers.Zeros(),
        ["Ones"] = Initializers.Ones(),
        ["Identity"] = Initializers.Identity(),
    };

    private static readonly string[] Weights = ["w1.weight", "w2.weight", "w3.weight"];

    [Test]
    public void A_seed_gives_the_values_that_PyTorch_draws()
    {
        foreach (var drawn in ParameterReference.Root.GetProperty("draws").EnumerateArray())
        {
            var name = drawn.GetProperty("name").GetString()!;
            var values = empty(drawn.GetProperty("shape").Shape());
            manual_seed(7);

            Named[name].Apply(values);

            Assert.That(values.Doubles(), Is.EqualTo(drawn.GetProperty("values").Numbers()).Within(1e-5), $"{name} {drawn.GetProperty("shape")}");
        }
    }

    [Test]
    public void Bounds_and_deviations_are_those_of_the_papers()
    {
        foreach (var expected in ParameterReference.Root.GetProperty("bounds").EnumerateObject())
        {
            var values = empty(200, 100, 2, 3);
            Named[expected.Name].Apply(values);
            var numbers = values.Doubles();
            var deviation = Math.Sqrt(numbers.Average(x => x * x));

            Assert.That(deviation, Is.EqualTo(expected.Value.GetProperty("std").GetDouble()).Within(1).Percent, expected.Name);
            if (expected.Value.GetProperty("bound") is { ValueKind: JsonValueKind.Number } bound)
            {
                Assert.That(numbers.Max(Math.Abs), Is.EqualTo(bound.GetDouble()).Within(0.1).Percent, expected.Name);
                Assert.That(numbers.Max(Math.Abs), Is.LessThanOrEqualTo(bound.GetDouble() * (1 + 1e-5)), expected.Name);
            }
        }
    }

    [Test]
    public void An_orthogonal_matrix_has_orthonormal_rows_or_columns()
    {
        var values = empty(4, 30, dtype: ScalarType.Float64);

        Initializers.Orthogonal().Apply(values);

        Assert.That(values.matmul(values.t()).allclose(eye(4, dtype: ScalarType.Float64)), Is.True);
    }

    [Test]
    public void Half_precision_is_drawn_too([Values(ScalarType.BFloat16, ScalarType.Float16)] ScalarType type)
    {
        foreach (var (name, initializer) in Named)
        {
            var values = zeros([8, 6], type);

            initializer.Apply(values);

            Assert.That(values.dtype, Is.EqualTo(type), name);
            Assert.That(values.Doubles(), Has.All.Matches<double>(double.IsFinite), name);
            Assert.That(values.Doubles().Distinct().Count(), name is "Constant" or "Zeros" or "Ones" ? Is.EqualTo(1) : Is.GreaterThan(1), name);
        }
    }

    [Test]
    public void Weights_are_set_in_place_and_their_names_told()
    {
        using var model = new BinaryClassifier();
        var handle = model.w1.weight.Handle;
        var bias = model.w1.bias!.clone();

        var set = model.Initialize(Initializers.Constant(2));

        Assert.That(set, Is.EqualTo(Weights));
        Assert.That(model.w2.weight.eq(2).all().item<bool>(), Is.True);
        Assert.That(model.w1.bias!.equal(bias).all().item<bool>(), Is.True);
        Assert.That(model.w1.weight.Handle, Is.EqualTo(handle));
        Assert.That(model.w1.weight.requires_grad, Is.True);
        Assert.That(model.w1.weight.is_leaf, Is.True);
    }

    [Test]
    public void The_same_seed_gives_the_same_network()
    {
        using var first = new BinaryClassifier();
        using var second = new BinaryClassifier();

        manual_seed(3);
        first.Initialize(Initializers.KaimingNormal(), "w*.weight");
        manual_seed(3);
        second.Initialize(Initializers.KaimingNormal(), "w*.weight");

        Assert.That(first.w3.weight.equal(second.w3.weight).all().item<bool>(), Is.True);
    }

    [Test]
    public void A_type_of_layer_is_set_wherever_it_is()
    {
        using var model = new Nested();

        var set = model.Initialize<Linear>(Initializers.Ones(), Initializers.Zeros());

        Assert.That(set, Is.EqualTo(new[] { "hidden.0.weight", "hidden.0.bias", "hidden.1.weight", "block.0.weight", "block.0.bias" }));
        Assert.That(model.hidden[1].weight.eq(1).all().item<bool>(), Is.True);
        Assert.That(model.hidden[0].bias!.eq(0).all().item<bool>(), Is.True);

        Assert.That(model.Initialize<LayerNorm>(Initializers.Constant(3)), Is.EqualTo(new[] { "norm.weight" }));
        Assert.That(model.norm.bias!.eq(3).any().item<bool>(), Is.False);
        Assert.That(model.Initialize<LSTM>(Initializers.Orthogonal()), Is.EqualTo(new[] { "lstm.weight_ih_l0", "lstm.weight_hh_l0" }));
    }

    [Test]
    public void A_shape_that_does_not_fit_is_refused_before_anything_is_touched()
    {
        using var model = new Nested();
        var before = model.hidden[0].weight.clone();

        Assert.That(
            () => model.Initialize(Initializers.XavierUniform()),
            Throws.ArgumentException.With.Message.StartsWith(
                "XavierUniform needs at least 2 dimensions, and 'norm.weight' has shape [4]. Choose a pattern that leaves it out, a type of layer "
                + "(model.Initialize<Linear>(...)), or for such a parameter Zeros, Ones, Constant, Uniform or Normal. No parameter was changed."));
        Assert.That(() => model.Initialize<Linear>(Initializers.Ones(), Initializers.Identity()), Throws.ArgumentException.With.Message.Contains("exactly 2 dimensions, and 'hidden.0.bias'"));
        Assert.That(model.hidden[0].weight.equal(before).all().item<bool>(), Is.True);
    }

    [Test]
    public void A_name_or_layer_that_there_is_not_is_a_sentence()
    {
        using var model = new BinaryClassifier();

        Assert.That(() => model.Initialize(Initializers.Zeros(), "fc*"), Throws.ArgumentException.With.Message.StartsWith("'fc*' matches no parameter of BinaryClassifier. It has w1.weight"));
        Assert.That(() => model.Initialize<LSTM>(Initializers.Zeros()), Throws.ArgumentException.With.Message.StartsWith("BinaryClassifier has no layer of type LSTM. It has Linear, ReLU."));
        Assert.That(() => model.Initialize<ReLU>(Initializers.Zeros()), Throws.ArgumentException.With.Message.StartsWith("The ReLU layers of BinaryClassifier have no weights of their own."));
    }

    [Test]
    public void Arguments_that_make_no_distribution_are_refused()
    {
        Assert.That(() => Initializers.XavierUniform(double.NaN),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("gain must be a finite number. (Parameter 'gain')"));
        Assert.That(() => Initializers.Uniform(1, 0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("low ('1') must be less than or equal to '0'. (Parameter 'low')"));
        Assert.That(() => Initializers.Normal(std: -1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("std ('-1') must be a non-negative value. (Parameter 'std')"));
        Assert.That(() => Initializers.TruncatedNormal(low: 2, high: 2),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("low ('2') must be less than '2'. (Parameter 'low')"));
        Assert.That(() => Initializers.KaimingNormal(mode: (FanInOut)9),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("The mode is FanIn or FanOut. (Parameter 'mode')"));
    }

    private sealed class Nested : MyNeuralNetwork
    {
        public List<Linear> hidden { get; } = [nn.Linear(4, 4), nn.Linear(4, 4, hasBias: false)];

        public Sequential block { get; } = nn.Sequential(nn.Linear(4, 2), nn.ReLU());

        public LayerNorm norm { get; } = nn.LayerNorm([4]);

        public LSTM lstm { get; } = nn.LSTM(2, 3);

        public override Tensor forward(Tensor x) => block.call(norm.call(hidden[1].call(hidden[0].call(x))));
    }
}
