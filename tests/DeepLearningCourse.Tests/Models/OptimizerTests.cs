using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class OptimizerTests
{
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
    [TestCase("LBFGS")] // TorchSharp's LBFGS leaves its own history behind, so this fixture counts no tensors.
    public void Every_optimizer_of_TorchSharp_trains_it(string name)
    {
        using var model = new BinaryClassifier();
        using var optimizer = Make(name, model);
        var x = rand(8, 10);
        var before = model.parameters().Select(parameter => parameter.detach().clone()).ToList();

        Tensor Closure()
        {
            optimizer.zero_grad();
            var loss = model.call(x).square().mean();
            loss.backward();
            return loss;
        }

        var first = Closure().item<float>();

        for (var step = 0; step < 20; step++)
        {
            optimizer.step(Closure);
        }

        Assert.That(Closure().item<float>(), Is.LessThan(first));
        Assert.That(model.parameters().Zip(before).Where(pair => pair.First.equal(pair.Second).all().item<bool>()), Is.Empty, "parameters that nothing trained");
    }

    private static optim.Optimizer Make(string name, BinaryClassifier model) => name switch
    {
        "SGD" => optim.SGD(model.parameters(), 0.1),
        "Adam" => optim.Adam(model.parameters()),
        "AdamW" => optim.AdamW(model.parameters()),
        "RMSProp" => optim.RMSProp(model.parameters()),
        "Adagrad" => optim.Adagrad(model.parameters()),
        "Adadelta" => optim.Adadelta(model.parameters()),
        "Adamax" => optim.Adamax(model.parameters()),
        "NAdam" => optim.NAdam(model.parameters()),
        "RAdam" => optim.RAdam(model.parameters()),
        "ASGD" => optim.ASGD(model.parameters()),
        "Rprop" => optim.Rprop(model.parameters()),
        _ => optim.LBFGS(model.parameters()),
    };
}
