using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What a batch's mean loss was divided by: gradients of batches of other sizes add up in these proportions.</summary>
internal static class LossWeight
{
    /// <summary>The weight of a batch; 1 where the loss is a sum, which needs none.</summary>
    public static double Of(nn.IModule<Tensor, Tensor, Tensor> criterion, Step step)
    {
        if (criterion is Loss<Tensor, Tensor, Tensor> { reduction: nn.Reduction.Sum })
        {
            return 1;
        }

        // These divide by the weights of the classes that they look at.
        return criterion is CrossEntropyLoss or NLLLoss && !step.Y.is_floating_point()
            ? OfClasses(((WeightedLoss<Tensor, Tensor, Tensor>)criterion).weight, TargetClasses.Counted(criterion, step.Y))
            : step.X.size(0);
    }

    private static double OfClasses(Tensor? weights, Tensor classes) =>
        weights is null ? classes.numel() : weights.index_select(0, classes.reshape(-1)).sum().ToDouble();
}
