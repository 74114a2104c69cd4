using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models.Layers;

public sealed class RMSNormTests : NetworkTest
{
    [Test]
    public void Numbers_are_those_of_its_formula()
    {
        foreach (var expected in ParameterReference.Root.GetProperty("rms_norm").EnumerateArray())
        {
            var eps = expected.GetProperty("eps").GetDouble();
            using var norm = new RMSNorm(expected.GetProperty("shape").Shape(), eps < 1e-15 ? null : eps);
            norm.to(ScalarType.Float64);
            norm.weight!.SetData(tensor(expected.GetProperty("weight").Numbers()).reshape(norm.weight!.shape));
            var x = tensor(expected.GetProperty("x").Numbers()).reshape(2, 3, 4);

            Assert.That(norm.call(x).Doubles(), Is.EqualTo(expected.GetProperty("y").Numbers()).Within(1e-12));
        }
    }

    [Test]
    public void The_epsilon_is_that_of_the_type_it_computes_in()
    {
        using var norm = new RMSNorm(2);
        var x = full([1, 2], 1e-4);

        var y = norm.call(x).Doubles()[0];

        Assert.That(y, Is.EqualTo(1e-4 / Math.Sqrt(1e-8 + 1.1920929e-07)).Within(1e-5));
    }

    [Test]
    public void Half_precision_stays_half_precision_and_does_not_overflow()
    {
        using var norm = new RMSNorm(4);
        norm.to(ScalarType.Float16);

        var y = norm.call(full([1, 4], 1000, ScalarType.Float16));

        Assert.That(y.dtype, Is.EqualTo(ScalarType.Float16));
        Assert.That(y.Doubles(), Has.All.EqualTo(1));
    }

    [Test]
    public void It_prints_saves_and_nests_as_PyTorchs()
    {
        using var norm = new RMSNorm(8);
        using var plain = new RMSNorm([2, 3], 1e-5, elementwiseAffine: false);
        using var nested = nn.Sequential(("norm", new RMSNorm(3)));

        Assert.That(norm.ToString(), Is.EqualTo("RMSNorm((8,), eps=None, elementwise_affine=True)"));
        Assert.That(plain.ToString(), Is.EqualTo("RMSNorm((2, 3), eps=1e-05, elementwise_affine=False)"));
        Assert.That(norm.state_dict().Keys, Is.EqualTo(new[] { "weight" }));
        Assert.That(plain.parameters(), Is.Empty);
        Assert.That(nested.state_dict().Keys, Is.EqualTo(new[] { "norm.weight" }));
        Assert.That(plain.call(ones(2, 3)).shape, Is.EqualTo(new[] { 2, 3 }));
    }

    [Test]
    public void It_is_trained()
    {
        using var norm = new RMSNorm(3);
        var x = rand(2, 3, requires_grad: true);

        norm.call(x).square().sum().backward();

        Assert.That(norm.weight!.grad!.ne(0).all().item<bool>(), Is.True);
        Assert.That(x.grad is null, Is.False);
    }

    [Test]
    public void Another_shape_is_a_sentence()
    {
        using var norm = new RMSNorm([3, 4]);

        Assert.That(() => norm.call(ones(2, 4)), Throws.ArgumentException.With.Message.StartsWith("RMSNorm((3, 4), eps=None, elementwise_affine=True) needs an input [*, 3, 4] and got [2, 4]."));
        Assert.That(() => new RMSNorm([]), Throws.ArgumentException.With.Message.StartsWith("[] is no shape to normalise"));
        Assert.That(() => new RMSNorm(0),
            Throws.ArgumentException.With.Message.EqualTo("[0] is no shape to normalise: give the sizes of the last dimensions, for instance [512]. (Parameter 'normalizedShape')"));
    }
}
