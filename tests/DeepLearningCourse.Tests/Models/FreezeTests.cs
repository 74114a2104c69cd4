using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class ParameterFreezeTests : NetworkTest
{
    [Test]
    public void Frozen_parameters_stand_still_and_unfrozen_ones_move_again()
    {
        using var model = new BinaryClassifier();
        using var optimizer = optim.SGD(model.parameters(), 0.1, momentum: 0.9, weight_decay: 0.1);
        Step(model, optimizer);
        var before = model.w1.weight.clone();
        var free = model.w2.weight.clone();

        Assert.That(model.Freeze("w1.*"), Is.EqualTo(new[] { "w1.weight", "w1.bias" }));
        optimizer.step(); // the old gradients, that of w1 dropped
        Step(model, optimizer);

        Assert.That(model.w1.weight.equal(before).all().item<bool>(), Is.True);
        Assert.That(model.w2.weight.equal(free).all().item<bool>(), Is.False);
        Assert.That(model.w1.weight.grad is null, Is.True);

        Assert.That(model.Unfreeze("w1.weight"), Is.EqualTo(new[] { "w1.weight" }));
        Step(model, optimizer);

        Assert.That(model.w1.weight.equal(before).all().item<bool>(), Is.False);
        Assert.That(model.w1.bias!.requires_grad, Is.False);
    }

    [Test]
    public void Everything_is_meant_without_a_pattern()
    {
        using var model = new BinaryClassifier();

        Assert.That(model.Freeze(), Has.Count.EqualTo(6));
        Assert.That(model.parameters().Any(parameter => parameter.requires_grad), Is.False);
        Assert.That(model.Unfreeze(), Has.Count.EqualTo(6));
        Assert.That(model.parameters().All(parameter => parameter.requires_grad), Is.True);
        Assert.That(() => model.Freeze("encoder.*"), Throws.ArgumentException.With.Message.StartsWith("'encoder.*' matches no parameter of BinaryClassifier."));
    }

    [Test]
    public void Parameters_are_counted_with_and_without_the_frozen()
    {
        using var model = new BinaryClassifier();
        model.Freeze("w1.*");

        Assert.That(model.CountParameters(), Is.EqualTo((10 * 32) + 32 + (32 * 64) + 64 + 64 + 1));
        Assert.That(model.CountParameters(trainableOnly: true), Is.EqualTo((32 * 64) + 64 + 64 + 1));
    }

    [Test]
    public void Running_statistics_are_no_parameters()
    {
        using var norm = nn.BatchNorm1d(3);

        Assert.That(norm.CountParameters(), Is.EqualTo(6));
        Assert.That(norm.Freeze(), Is.EqualTo(new[] { "weight", "bias" }));
    }

    private static void Step(BinaryClassifier model, optim.Optimizer optimizer)
    {
        optimizer.zero_grad();
        model.call(ones(4, 10)).square().sum().backward();
        optimizer.step();
    }
}
