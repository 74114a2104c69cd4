using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The true classes behind a batch of targets.</summary>
internal static class TargetClasses
{
    // torch.nn.CrossEntropyLoss and NLLLoss pass over targets of this class unless told another.
    private const long DefaultIgnored = -100;

    /// <summary>The class of the samples that a criterion passes over.</summary>
    public static long Ignored(nn.IModule<Tensor, Tensor, Tensor> criterion) =>
        criterion is CrossEntropyLoss { ignore_index: { } index } ? index : DefaultIgnored;

    /// <summary>The class numbers that the criterion looks at.</summary>
    public static Tensor Counted(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor targets) =>
        targets.masked_select(targets.ne(Ignored(criterion)));

    /// <summary>Why a mean over targets is 0 / 0, as a sentence.</summary>
    public static string NothingCounted(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor targets)
    {
        var (name, count) = (criterion.GetType().Name, targets.numel());
        var which = count == 1 ? "the only target of the batch is" : $"all {count} targets of the batch are";
        var why = Counted(criterion, targets).numel() == 0 ? $"{Ignored(criterion)}, which {name} ignores" : $"of classes with weight 0 in {name}";
        return $"{which} {why}, so its mean is 0 / 0. The batch has no part in the losses, and its gradients are 0.";
    }

    /// <summary>Predicted and true classes to be counted; null where a target is no class, as a probability of 0.3.</summary>
    /// <param name="criterion">The criterion.</param>
    /// <param name="labels">The predicted classes, <c>[batch]</c> or <c>[batch, 1]</c>.</param>
    /// <param name="targets">Class numbers of as many elements, or class probabilities <c>[batch, classes]</c>.</param>
    public static (Tensor Predicted, Tensor Actual)? Match(
        nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor labels, Tensor targets)
    {
        if (targets.is_floating_point() && targets.numel() != labels.numel())
        {
            return (labels, targets.argmax(1));
        }

        if (targets.is_floating_point())
        {
            return targets.eq(0).logical_or(targets.eq(1)).all().item<bool>() ? (labels, targets) : null;
        }

        var counted = targets.ne(Ignored(criterion));
        return (labels.reshape(targets.shape).masked_select(counted), targets.masked_select(counted));
    }
}
