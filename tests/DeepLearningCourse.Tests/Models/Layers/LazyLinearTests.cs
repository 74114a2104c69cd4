using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models.Layers;

public sealed class LazyLinearTests : NetworkTest
{
    private const string NoSize = "'head.weight' has no size yet: its lazy layer takes it from the first input. Call the network once with a batch, or load weights, "
        + "and then make the optimizer, save or initialise.";

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_first_call_gives_it_the_size_and_the_values_of_a_Linear()
    {
        using var lazy = new LazyLinear(4);
        manual_seed(5);
        using var linear = nn.Linear(3, 4);
        var x = ones(2, 3);
        manual_seed(5);

        var y = lazy.call(x);

        Assert.That(y.allclose(linear.call(x)), Is.True);
        Assert.That(lazy.weight.equal(linear.weight).all().item<bool>(), Is.True);
        Assert.That(lazy.bias!.equal(linear.bias!).all().item<bool>(), Is.True);
        Assert.That((lazy.in_features, lazy.out_features), Is.EqualTo((3L, 4L)));
        Assert.That(lazy.state_dict().Keys, Is.EqualTo(new[] { "weight", "bias" }));
    }

    [Test]
    public void It_prints_as_what_it_is()
    {
        using var lazy = new LazyLinear(4);
        using var plain = new LazyLinear(4, hasBias: false);

        Assert.That(lazy.ToString(), Is.EqualTo("LazyLinear(in_features=0, out_features=4, bias=True)"));
        lazy.call(ones(2, 3));
        plain.call(ones(3));

        Assert.That(lazy.ToString(), Is.EqualTo("Linear(in_features=3, out_features=4, bias=True)"));
        Assert.That(plain.ToString(), Is.EqualTo("Linear(in_features=3, out_features=4, bias=False)"));
        Assert.That(plain.state_dict().Keys, Is.EqualTo(new[] { "weight" }));
    }

    [Test]
    public void Before_the_first_call_what_needs_a_size_is_a_sentence()
    {
        using var model = new Net();

        Assert.That(() => optim.Adam(model.parameters()), Throws.InvalidOperationException.With.Message.EqualTo(NoSize));
        Assert.That(() => model.SaveWeights(Path.Combine(folder, "weights.pt")), Throws.InvalidOperationException.With.Message.EqualTo(NoSize));
        Assert.That(() => model.Initialize(Initializers.Zeros()), Throws.InvalidOperationException.With.Message.EqualTo(NoSize));
        Assert.That(() => model.CountParameters(), Throws.InvalidOperationException.With.Message.EqualTo(NoSize));
        Assert.That(() => model.ParameterGroups(0.1), Throws.InvalidOperationException.With.Message.EqualTo(NoSize));
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    [Test]
    public void Before_the_first_call_it_is_printed_moved_frozen_and_put_to_evaluation()
    {
        using var model = new Net();

        model.to(ScalarType.Float64);
        model.eval();
        model.Freeze("head.*");

        Assert.That(model.ToString(), Does.Contain("(head): LazyLinear(in_features=0, out_features=2, bias=True)"));
        Assert.That(model.Summary().ParameterCount, Is.EqualTo(15));
        model.call(ones([1, 4], ScalarType.Float64));
        Assert.That(model.head.weight.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(model.head.weight.requires_grad, Is.False);
    }

    [Test]
    public void A_summary_or_evaluation_without_gradients_may_be_the_first_call()
    {
        using var model = new Net();

        Assert.That(model.Summary(2, 4).ParameterCount, Is.EqualTo(15 + 8));

        using var optimizer = optim.Adam(model.parameters(), lr: 0.1);
        var before = model.head.weight.clone();
        model.call(rand(2, 4)).square().sum().backward();
        optimizer.step();

        Assert.That(model.head.weight.requires_grad && model.head.weight.is_leaf, Is.True);
        Assert.That(model.head.weight.equal(before).all().item<bool>(), Is.False);
    }

    [Test]
    public void The_type_of_the_first_input_is_taken([Values(ScalarType.Float64, ScalarType.BFloat16)] ScalarType type)
    {
        using var lazy = new LazyLinear(2);

        Assert.That(lazy.call(ones([1, 3], type)).dtype, Is.EqualTo(type));
        Assert.That((lazy.weight.dtype, lazy.bias!.dtype), Is.EqualTo((type, type)));
    }

    [TestCase("weights.safetensors")]
    [TestCase("weights.pt")]
    public void Weights_that_are_loaded_before_the_first_call_give_it_its_size(string file)
    {
        using var saved = new Net();
        using var loaded = new Net();
        var x = rand(2, 4);
        var expected = saved.call(x);
        var path = Path.Combine(folder, file);
        saved.SaveWeights(path);

        loaded.LoadWeights(path);

        Assert.That(loaded.head.in_features, Is.EqualTo(3));
        Assert.That(loaded.call(x).allclose(expected), Is.True);
        Assert.That(loaded.parameters().All(parameter => parameter.requires_grad), Is.True);
    }

    [Test]
    public void Weights_that_do_not_fit_give_it_no_size()
    {
        using var model = new Net();
        using var lazy = new LazyLinear(2);
        Dictionary<string, Tensor> wrong = new() { ["weight"] = ones(3, 5), ["bias"] = ones(2) };
        Dictionary<string, Tensor> onlyWeight = new() { ["weight"] = ones(2, 5) };

        Assert.That(() => lazy.load_state_dict(wrong),
            Throws.TypeOf<WeightsMismatchException>().With.Message.EqualTo("The weights do not fit LazyLinear; nothing was loaded.\n  wrong shape: weight is [3, 5] in the weights and [0] in the network\nUse the network that the weights were saved from."));
        Assert.That(lazy.in_features, Is.Zero);

        lazy.load_state_dict(onlyWeight, strict: false);

        Assert.That(lazy.bias!.shape, Is.EqualTo(new[] { 2 }));
        Assert.That(lazy.call(ones(1, 5)).shape, Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void An_input_that_gives_no_size_is_a_sentence_and_a_later_wrong_one_names_the_layer()
    {
        using var model = new Net();
        using var lazy = new LazyLinear(2);

        Assert.That(
            () => lazy.call(ones([2, 3], ScalarType.Int64)),
            Throws.ArgumentException.With.Message.StartsWith(
                "LazyLinear(in_features=0, out_features=2, bias=True) takes its size from its first input, and [2, 3] of type Int64 gives none"));
        Assert.That(lazy.in_features, Is.Zero);

        model.call(ones(1, 4));
        model.head.call(ones(1, 3));

        Assert.That(() => model.Skip(ones(1, 4)), Throws.TypeOf<ForwardException>().With.Message.Contains("[1, 4]"));
        Assert.That(() => new LazyLinear(0),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("out_features ('0') must be greater than or equal to '1'. (Parameter 'out_features')"));
    }

    private sealed class Net : MyNeuralNetwork
    {
        public Linear w1 { get; } = nn.Linear(4, 3);

        public LazyLinear head { get; } = new(2);

        public override Tensor forward(Tensor x) => head.call(w1.call(x));

        public Tensor Skip(Tensor x) => head.call(x);
    }
}
