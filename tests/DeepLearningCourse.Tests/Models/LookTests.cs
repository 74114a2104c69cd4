using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

/// <summary>Looking at a network leaves everything as it was.</summary>
public sealed class LookTests : NetworkTest
{
    [Test]
    public void Training_goes_on_as_if_nobody_had_looked(
        [Values("Activations", "Summary", "Diagram")] string look, [Values(1, 8)] int rows, [Values("training", "evaluation", "frozen")] string mode)
    {
        using var model = new Moody();
        using var twin = new Moody();
        _ = twin.load_state_dict(model.state_dict());
        Train(model, 1);
        Train(twin, 1);
        Switch(model, mode);
        var before = (Crowd.Bits(model), Crowd.Modes(model), Crowd.Bits(get_rng_state()), Crowd.Bits(model.head.weight.grad!));

        Look(model, look, rows);

        Assert.That((Crowd.Bits(model), Crowd.Modes(model), Crowd.Bits(get_rng_state()), Crowd.Bits(model.head.weight.grad!)), Is.EqualTo(before));
        Train(model, 2);
        Train(twin, 2);
        Assert.That(Crowd.Bits(model), Is.EqualTo(Crowd.Bits(twin)));
    }

    [Test]
    public void Even_where_forward_itself_normalizes_and_draws([Values("Activations", "Summary", "Diagram")] string look)
    {
        using var model = new ByHand();
        var before = (Crowd.Bits(model), Crowd.Bits(get_rng_state()));

        Look(model, look, 8);

        Assert.That((Crowd.Bits(model), Crowd.Bits(get_rng_state())), Is.EqualTo(before));
    }

    [Test]
    public void Also_after_an_input_that_does_not_fit()
    {
        using var model = new Moody();
        model.drop.eval();
        var before = (Crowd.Bits(model), Crowd.Modes(model), Crowd.Bits(get_rng_state()));

        Assert.Throws<ForwardException>(() => model.Activations(ones(8, 5)));
        Assert.Throws<ForwardException>(() => model.Summary(8, 5));
        Assert.Throws<ForwardException>(() => model.Diagram(8, 5));
        Assert.Throws<ForwardException>(() => model.call(ones(8, 5)));

        Assert.That((Crowd.Bits(model), Crowd.Modes(model), Crowd.Bits(get_rng_state())), Is.EqualTo(before));
    }

    [Test]
    public void Activations_are_those_of_a_prediction_and_gradients_go_through_them()
    {
        using var model = new Moody();

        var activations = model.Activations(rand(1, 4));
        activations["head"].sum().backward();

        Assert.That(Crowd.Bits(activations["drop"]), Is.EqualTo(Crowd.Bits(activations["norm"].relu())), "nothing was dropped");
        Assert.That(model.first.weight.grad, Is.Not.Null);
    }

    private static void Look(MyNeuralNetwork model, string look, int rows)
    {
        using var scope = NewDisposeScope();
        _ = look switch
        {
            "Activations" => (object)model.Activations(rand(rows, 4, generator: new Generator(1))),
            "Summary" => model.Summary(rows, 4),
            _ => model.Diagram(rows, 4),
        };
    }

    private static void Switch(Moody model, string mode)
    {
        if (mode == "evaluation")
        {
            model.eval();
        }
        else if (mode == "frozen")
        {
            model.norm.eval();
        }
    }

    private static void Train(Moody model, ulong seed)
    {
        _ = manual_seed((long)seed);
        model.train();

        for (var step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            model.zero_grad();
            model.call(rand(8, 4)).square().mean().backward();

            using (no_grad())
            {
                foreach (var parameter in model.parameters())
                {
                    _ = parameter.sub_(parameter.grad! * 0.1).DetachFromDisposeScope();
                }
            }
        }
    }

    private sealed class ByHand : MyNeuralNetwork
    {
        private readonly Tensor mean = zeros(4);
        private readonly Tensor var = ones(4);
        private readonly Linear fc = nn.Linear(4, 1);

        public override Tensor forward(Tensor x) =>
            fc.call(nn.functional.dropout(nn.functional.batch_norm(x, mean, var, training: true), 0.5, training: true));
    }
}
