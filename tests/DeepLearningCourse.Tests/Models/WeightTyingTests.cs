using DeepLearningCourse.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class ParameterTyingTests : NetworkTest
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory().FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_shared_weight_counts_once_and_is_saved_under_both_names()
    {
        using var model = new Tied();

        Assert.That(model.CountParameters(), Is.EqualTo((5 * 3) + 5));
        Assert.That(model.parameters().Count(), Is.EqualTo(2));
        Assert.That(model.state_dict().Keys, Is.EquivalentTo(new[] { "encoder.weight", "decoder.weight", "decoder.bias" }));
        Assert.That(model.ParameterStatistics().Parameters.Select(parameter => parameter.Name), Is.EqualTo(new[] { "encoder.weight", "decoder.bias" }));
    }

    [Test]
    public void A_shared_weight_is_trained_once_by_both_its_gradients()
    {
        using var model = new Tied();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var before = model.encoder.weight!.detach().clone();

        model.call(tensor(new long[] { 0, 2 })).square().sum().backward();
        var gradient = model.encoder.weight!.grad!.clone();
        optimizer.step();

        Assert.That(gradient.ne(0).any(1).all().item<bool>(), Is.True, "the decoder's gradient reaches every row");
        Assert.That(model.decoder.weight.allclose(before - (0.1 * gradient), 1e-5, 1e-6), Is.True);
        AssertTied(model);
    }

    [TestCase("weights.safetensors")]
    [TestCase("weights.pt")]
    public void Saving_and_loading_keep_it_shared(string file)
    {
        using var model = new Tied();
        using var other = new Tied();
        var path = Path.Combine(folder, file);

        model.SaveWeights(path);
        other.LoadWeights(path);

        Assert.That(other.decoder.weight.equal(model.encoder.weight!).all().item<bool>(), Is.True);
        AssertTied(other);
    }

    [Test]
    public void Converting_keeps_it_shared()
    {
        using var model = new Tied();

        model.to(ScalarType.Float64);

        Assert.That(model.decoder.weight.dtype, Is.EqualTo(ScalarType.Float64));
        AssertTied(model);
    }

    [TestCase("encoder.*", "encoder.weight")]
    [TestCase("decoder.weight", "decoder.weight")]
    [TestCase("*.weight", "encoder.weight")]
    public void Either_name_chooses_it_and_it_is_set_and_frozen_once(string pattern, string name)
    {
        using var model = new Tied();

        Assert.That(model.Initialize(Initializers.Constant(2), pattern), Is.EqualTo(new[] { name }));
        Assert.That(model.encoder.weight!.eq(2).all().item<bool>(), Is.True);
        Assert.That(model.Freeze(pattern), Is.EqualTo(new[] { name }));
        Assert.That(model.decoder.weight.requires_grad, Is.False);
        Assert.That(model.CountParameters(trainableOnly: true), Is.EqualTo(5));
        Assert.That(model.Unfreeze(pattern), Is.EqualTo(new[] { name }));
        Assert.That(model.ParameterGroups(0.1, (pattern, 0.2)).Select(group => string.Join(' ', group.Names)), Is.EqualTo(new[] { name, "decoder.bias" }));
        AssertTied(model);
    }

    private static void AssertTied(Tied model)
    {
        using (no_grad())
        {
            model.encoder.weight!.fill_(7);
        }

        Assert.That(model.decoder.weight.eq(7).all().item<bool>(), Is.True);
        Assert.That(model.parameters().Count(), Is.EqualTo(2));
    }

    private sealed class Tied : MyNeuralNetwork
    {
        public Tied()
        {
            using var own = decoder.weight;
            decoder.weight = encoder.weight!;
        }

        public Embedding encoder { get; } = nn.Embedding(5, 3);

        public Linear decoder { get; } = nn.Linear(3, 5);

        public override Tensor forward(Tensor x) => decoder.call(encoder.call(x));
    }
}
