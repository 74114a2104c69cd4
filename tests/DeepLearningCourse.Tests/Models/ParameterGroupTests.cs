using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class ParameterGroupTests : NetworkTest
{
    [Test]
    public void The_first_pattern_that_matches_takes_a_parameter_and_the_rest_come_last()
    {
        using var model = new BinaryClassifier();

        var groups = model.ParameterGroups(0.1, ("w1.weight", 0.01), ("w1.*", 0.02), ("*.bias", 0));

        Assert.That(groups.Select(group => group.Pattern), Is.EqualTo(new[] { "w1.weight", "w1.*", "*.bias", null }));
        Assert.That(groups.Select(group => string.Join(' ', group.Names)), Is.EqualTo(new[] { "w1.weight", "w1.bias", "w2.bias w3.bias", "w2.weight w3.weight" }));
        Assert.That(groups.Select(group => group.Lr), Is.EqualTo(new[] { 0.01, 0.02, 0, 0.1 }));
        Assert.That(groups[3].Parameters[0].Handle, Is.EqualTo(model.w2.weight.Handle));
    }

    [Test]
    public void Without_a_rest_there_is_no_last_group()
    {
        using var model = new BinaryClassifier();

        Assert.That(model.ParameterGroups(0.1, ("*", 0.2)).Single().Names, Has.Count.EqualTo(6));
        Assert.That(model.ParameterGroups(0.1).Single().Lr, Is.EqualTo(0.1));
    }

    [Test]
    public void A_pattern_that_takes_nothing_is_a_sentence()
    {
        using var model = new BinaryClassifier();

        Assert.That(() => model.ParameterGroups(0.1, ("encoder.*", 0.2)), Throws.ArgumentException.With.Message.StartsWith("'encoder.*' matches no parameter of BinaryClassifier."));
        Assert.That(
            () => model.ParameterGroups(0.1, ("w*", 0.2), ("w1.*", 0.3)),
            Throws.ArgumentException.With.Message.StartsWith(
                "'w1.*' takes no parameter: patterns before it took w1.weight, w1.bias. Put the narrower pattern first, or leave one out."));
        Assert.That(() => model.ParameterGroups(0.1, ("w1.*", -1)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("A learning rate is a finite number from 0 on, and the learning rate of 'w1.*' is -1."));
        Assert.That(() => model.ParameterGroups(double.NaN),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("A learning rate is a finite number from 0 on, and lr is NaN. (Parameter 'lr')"));
    }

    [Test]
    public void A_step_of_SGD_is_each_groups_learning_rate_times_the_gradient()
    {
        using var model = new BinaryClassifier();
        var groups = model.ParameterGroups(0.1, ("w1.*", 0.001));
        using var optimizer = optim.SGD(groups.For<SGD.ParamGroup>(), learningRate: 0.5);
        var before = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.detach().clone());

        model.call(rand(8, 10)).square().mean().backward();
        optimizer.step();

        foreach (var (name, parameter) in model.named_parameters())
        {
            var lr = name.StartsWith("w1", StringComparison.Ordinal) ? 0.001 : 0.1;
            Assert.That(parameter.allclose(before[name] - (lr * parameter.grad!), rtol: 1e-5, atol: 1e-6), Is.True, name);
            Assert.That(parameter.equal(before[name]).all().item<bool>(), Is.False, name);
        }
    }

    [Test]
    public void What_is_no_learning_rate_comes_from_the_optimizer_or_is_set_for_a_group()
    {
        using var model = new BinaryClassifier();
        var groups = model.ParameterGroups(0.1, ("*.bias", 0.2)).For<AdamW.ParamGroup>();
        groups[0].Options.weight_decay = 0;

        using var optimizer = optim.AdamW(groups, weight_decay: 0.3, beta1: 0.8);

        Assert.That(groups.Select(group => group.Options.weight_decay), Is.EqualTo(new[] { 0, 0.3 }));
        Assert.That(groups.Select(group => group.Options.beta1), Is.EqualTo(new[] { 0.8, 0.8 }));
        Assert.That(optimizer.ParamGroups.Select(group => group.LearningRate), Is.EqualTo(new[] { 0.2, 0.1 }));
    }

    [TestCase("SGD")]
    [TestCase("Adam")]
    [TestCase("AdamW")]
    [TestCase("RMSProp")]
    [TestCase("Adagrad")]
    [TestCase("Adadelta")]
    [TestCase("Adamax")]
    [TestCase("NAdam")]
    [TestCase("RAdam")]
    [TestCase("ASGD")]
    [TestCase("Rprop")]
    public void Every_optimizer_with_groups_trains_with_them(string name)
    {
        using var model = new BinaryClassifier();
        using var optimizer = Make(name, model.ParameterGroups(0.1, ("w1.*", 0)));
        var before = model.w1.weight.clone();
        var free = model.w3.weight.clone();

        for (var step = 0; step < 2; step++)
        {
            model.call(ones(8, 10)).square().mean().backward();
            optimizer.step();
        }

        Assert.That(model.w3.weight.equal(free).all().item<bool>(), Is.False);
        Assert.That(optimizer.ParamGroups.Select(group => group.LearningRate).First(), Is.Zero);
        if (name != "Rprop") // the first step only starts from the learning rate
        {
            Assert.That(model.w1.weight.equal(before).all().item<bool>(), Is.True);
        }
    }

    [Test]
    public void A_group_of_no_optimizer_is_refused()
    {
        using var model = new BinaryClassifier();

        Assert.That(() => model.ParameterGroups(0.1).For<ParamGroup>(), Throws.ArgumentException.With.Message.StartsWith("ParamGroup is no optimizer's own group."));
    }

    private static optim.Optimizer Make(string name, IReadOnlyList<ParameterGroup> groups) => name switch
    {
        "SGD" => optim.SGD(groups.For<SGD.ParamGroup>(), 0.1),
        "Adam" => optim.Adam(groups.For<Adam.ParamGroup>()),
        "AdamW" => optim.AdamW(groups.For<AdamW.ParamGroup>()),
        "RMSProp" => optim.RMSProp(groups.For<RMSProp.ParamGroup>()),
        "Adagrad" => optim.Adagrad(groups.For<Adagrad.ParamGroup>()),
        "Adadelta" => optim.Adadelta(groups.For<Adadelta.ParamGroup>()),
        "Adamax" => optim.Adamax(groups.For<Adamax.ParamGroup>()),
        "NAdam" => optim.NAdam(groups.For<NAdam.ParamGroup>()),
        "RAdam" => optim.RAdam(groups.For<RAdam.ParamGroup>()),
        "ASGD" => optim.ASGD(groups.For<ASGD.ParamGroup>()),
        _ => optim.Rprop(groups.For<Rprop.ParamGroup>()),
    };
}
