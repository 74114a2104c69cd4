using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

public sealed class GradientCheckTests : CheckTest
{
    [Test]
    public void A_dead_ReLU_is_named()
    {
        var first = nn.Linear(3, 4);
        using (no_grad())
        {
            first.bias!.fill_(-1000);
        }

        Assert.That(Findings(new Through(nn.Sequential(first, nn.ReLU(), nn.Linear(4, 1))), nn.MSELoss(), randn(8, 3), randn(8, 1)), Is.EqualTo(new[]
        {
            "Warning: All gradients of 'body.0' are 0, so they learn nothing from this batch. 'body.1' (ReLU()) gives only zeros for the whole batch, and lets no gradient through. "
            + "Scale the features, use a smaller initialization, or LeakyReLU in its place.",
        }));
    }

    [Test]
    public void A_function_without_a_slope() => ExpectOne(nn.MSELoss(), 1, randn(8, 1),
        "Warning: The gradients of all layers are 0, so nothing would be learned from this batch: the loss is 0 already, it is saturated, "
        + "or a function without a slope, such as round, sign or ge, is in the way.", p => p.round());

    [Test]
    public void A_gradient_that_is_not_finite() => ExpectOne(nn.MSELoss(), 1, randn(8, 1),
        "Error: The gradients are not finite, while the loss is: 'body.weight', 'body.bias' got NaN or infinity, "
        + "which sqrt, log, a norm or a division give back at 0. Keep their input away from 0, for instance with + 1e-8.", p => (p * 0).sqrt());

    [Test]
    public void A_backward_pass_that_fails() => Assert.That(
        Findings(new Through(nn.Linear(3, 1), p => p.sigmoid().mul_(2)), nn.MSELoss(), randn(8, 3), randn(8, 1)).Single(),
        Does.StartWith("Error: Backward failed: one of the variables needed for gradient computation has been modified by an inplace operation").And.EndWith(
            "If it speaks of an inplace operation, write the function of forward whose name ends in _ without it, as in x.mul(2) for x.mul_(2)."));

    [Test]
    public void A_head_that_starts_with_zeros_is_right()
    {
        var head = nn.Linear(4, 1);
        using (no_grad())
        {
            head.weight.zero_();
        }

        Assert.That(Findings(new Through(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), head)), nn.MSELoss(), randn(8, 3), randn(8, 1)), Is.Empty);
    }

    [Test]
    public void A_residual_branch_that_starts_with_zeros_is_right() => Assert.That(Findings(new Residual(), nn.MSELoss(), randn(8, 3), randn(8, 3)), Is.Empty);

    [Test]
    public void A_bias_before_a_normalization_is_right() => Assert.That(
        Findings(new Through(nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))), nn.MSELoss(), randn(8, 3), randn(8, 1)), Is.Empty);

    private sealed class Residual : MyNeuralNetwork
    {
        public TorchSharp.Modules.Parameter scale { get; } = nn.Parameter(zeros(1));

        public TorchSharp.Modules.Linear branch { get; } = nn.Linear(3, 3);

        public TorchSharp.Modules.Linear head { get; } = nn.Linear(3, 3);

        public override Tensor forward(Tensor x) => head.call(x + scale * branch.call(x));
    }
}
