using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Parameters that are updated by the same operations at once: one large one, or many small ones laid one after the other.</summary>
/// <remarks>All tensors have one shape, which is the parameter's own or <c>[elements]</c>. A rule changes <see cref="Parameter"/> and the state in place and
/// may use <see cref="Gradient"/> as it likes. It runs without gradients and inside a dispose scope.</remarks>
/// <param name="Parameter">The values to change.</param>
/// <param name="Gradient">Their gradients; the rule may overwrite them only where <paramref name="OwnsGradient"/>.</param>
/// <param name="OwnsGradient">Whether the gradients are a copy, which nobody needs any more.</param>
/// <param name="State">The state, in the order of the rule's slots.</param>
/// <param name="Scalars">The rule's numbers, in the order of its names; the rule changes them.</param>
/// <param name="Step">The number of this step for these parameters, from 1.</param>
/// <param name="LearningRate">The learning rate.</param>
internal readonly record struct UpdateRun(
    Tensor Parameter, Tensor Gradient, bool OwnsGradient, Tensor[] State, double[] Scalars, long Step, double LearningRate)
{
    /// <summary>The direction in which the loss and its L2 penalty grow, or what is to grow shrinks: the gradient itself if no option changes it.</summary>
    public Tensor Direction(double weightDecay, bool maximize)
    {
        if (!maximize && weightDecay == 0)
        {
            return Gradient;
        }

        var gradient = !maximize ? Gradient : OwnsGradient ? Gradient.neg_() : Gradient.neg();

        if (weightDecay == 0)
        {
            return gradient;
        }

        return maximize || OwnsGradient ? gradient.add_(Parameter, alpha: weightDecay) : gradient.add(Parameter, alpha: weightDecay);
    }
}
