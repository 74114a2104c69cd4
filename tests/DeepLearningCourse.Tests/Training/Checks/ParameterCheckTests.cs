using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

public sealed class ParameterCheckTests : CheckTest
{
    [Test]
    public void A_parameter_that_no_optimizer_holds()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD([model.fc.weight], 0.1);

        Assert.That(Findings(model, criterion, optimizer, randn(4, 2), randn(4, 1)), Is.EqualTo(new[]
        {
            "Error: The optimizer does not hold 'fc.bias', so they would never be trained. Make the optimizer from model.parameters(), "
            + "after the last layer was set and model.to(...) was called." + SwitchOff,
        }));
    }

    [Test]
    public void A_layer_that_forward_does_not_use() => Assert.That(
        Findings(new Two((first, _, x) => first.call(x)), nn.MSELoss(), randn(4, 2), randn(4, 1)), Is.EqualTo(new[]
        {
            "Error: 'second.weight', 'second.bias' got no gradient: forward of Two does not use them, or cuts the gradient with detach or no_grad. "
            + "Use the layer in forward or remove it." + SwitchOff,
        }));

    [Test]
    public void Predictions_without_a_gradient([Values] bool isDetached) => Assert.That(
        Findings(new Through(nn.Linear(3, 1), p => isDetached ? p.detach() : p.ge(0).to(float32)), nn.MSELoss(), randn(4, 3), randn(4, 1)), Is.EqualTo(new[]
        {
            "Error: The predictions do not depend on any parameter of Through, so nothing would be learned: forward cuts the gradient, "
            + "for instance with detach, no_grad or argmax. Return what the last layer gives.",
        }));

    [Test]
    public void A_network_that_is_all_frozen()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        model.Freeze("*");

        Assert.That(Findings(model, criterion, optimizer, randn(4, 2), randn(4, 1)), Is.EqualTo(new[]
        { "Error: All parameters of Line are frozen, so nothing would be trained. Set requires_grad to true on those that are to learn." }));
    }

    [Test]
    public void A_module_of_TorchSharps_that_registered_nothing()
    {
        using var model = new Forgetful();
        using var criterion = nn.MSELoss();
        using var other = nn.Linear(1, 1);
        using var optimizer = optim.SGD(other.parameters(), 0.1);

        Assert.That(Findings(model, criterion, optimizer, randn(4, 2), randn(4, 1)), Has.Some.EqualTo(
            "Error: Forgetful has no trainable parameters. Declare its layers as fields or properties. 'Forgetful.layers[0].weight' is not registered. "
            + "Derive the network from MyNeuralNetwork, or call RegisterComponents() at the end of its constructor and keep lists of layers in a ModuleList."));
        model.layers[0].Dispose();
    }

    [Test]
    public void Layers_behind_the_registry([Values] bool isLambda)
    {
        using var hidden = nn.Linear(2, 1, hasBias: false);
        using var model = new Hiding(hidden, isLambda);
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        Assert.That(Findings(model, criterion, optimizer, randn(4, 2), randn(4, 1)).Single(), Does.Match(
            isLambda ? @"^Error: 'Hiding\.function\.\w*\.weight' got a gradient and is not registered: " : @"^Error: 'Hiding\.deep\.layers\[0\]\.weight' got a gradient and is not registered: "));
        Assert.That(hidden.weight.grad, Is.Null);
    }

    [Test]
    public void A_teacher_that_is_kept_aside_gets_no_gradient_and_is_right()
    {
        using var teacher = nn.Linear(2, 1);
        using var model = new Hiding(teacher, isLambda: true, isTeacher: true);
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);

        Assert.That(Findings(model, criterion, optimizer, randn(4, 2), randn(4, 1)), Is.Empty);
    }

    [Test]
    public void Layers_that_cannot_be_registered()
    {
        using var model = new Refused();
        using var criterion = nn.MSELoss();
        using var other = nn.Linear(1, 1);
        using var optimizer = optim.SGD(other.parameters(), 0.1);

        Assert.That(Findings(model, criterion, optimizer, randn(4, 2), randn(4, 1)).Single(), Does.StartWith("Error: Refused.pair (a ValueTuple) holds layers that cannot be registered"));
        model.pair.Item1.Dispose();
    }

    private sealed class Two(Func<Linear, Linear, Tensor, Tensor> pass) : MyNeuralNetwork
    {
        public Linear first { get; } = nn.Linear(2, 1);

        public Linear second { get; } = nn.Linear(2, 1);

        public override Tensor forward(Tensor x) => pass(first, second, x);
    }

    private sealed class Forgetful() : nn.Module<Tensor, Tensor>("forgetful")
    {
        public readonly List<Linear> layers = [nn.Linear(2, 1)];

        public override Tensor forward(Tensor x) => layers[0].call(x);
    }

    private sealed class Hiding : MyNeuralNetwork
    {
        private readonly Func<Tensor, Tensor>? function;
        private readonly Holder? deep;
        private readonly bool isTeacher;

        public Hiding(Linear hidden, bool isLambda, bool isTeacher = false)
        {
            this.isTeacher = isTeacher;

            if (isLambda)
            {
                function = x => hidden.call(x);
            }
            else
            {
                deep = new Holder([hidden]);
            }
        }

        public Linear fc { get; } = nn.Linear(2, 1);

        public override Tensor forward(Tensor x)
        {
            var aside = function is null ? deep!.layers[0].call(x) : function(x);
            return fc.call(x) + (isTeacher ? aside.detach() : aside);
        }
    }

    private sealed class Holder(List<Linear> layers)
    {
        public readonly List<Linear> layers = layers;
    }

    private sealed class Refused : MyNeuralNetwork
    {
        public readonly (Linear, int) pair = (nn.Linear(2, 1), 1);

        public override Tensor forward(Tensor x) => pair.Item1.call(x);
    }
}
