using DeepLearningCourse.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What a batch's mean loss was divided by: losses and gradients of several batches add up in these proportions, and are then those of one batch of
/// all their samples.</summary>
internal static class LossWeight
{
    /// <summary>The weight of a batch; that of a loss that is a sum is its number of samples.</summary>
    /// <param name="criterion">The criterion.</param>
    /// <param name="targets">The targets of the batch.</param>
    /// <param name="samples">How many samples the batch has.</param>
    public static double Of(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor targets, long samples) =>
        DividesByTargets(criterion, targets)
            ? ((WeightedLoss<Tensor, Tensor, Tensor>)criterion).weight is { } weights ? OfClasses(weights, TargetClasses.Counted(criterion, targets)) : Number(criterion, targets)
            : samples;

    /// <summary>Whether the mean may have been of nothing: these divide by the weights of the classes that they look at.</summary>
    public static bool DividesByTargets(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor targets) =>
        criterion is CrossEntropyLoss { reduction: nn.Reduction.Mean } or NLLLoss { reduction: nn.Reduction.Mean } && !targets.is_floating_point();

    private static double OfClasses(Tensor weights, Tensor classes) =>
        weights.index_select(0, classes.reshape(-1).to(ScalarType.Int64)).sum(ScalarType.Float64).ToDouble();

    // Asked at each step: where the class numbers lie in memory, they are counted there.
    private static unsafe long Number(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor targets)
    {
        var ignored = TargetClasses.Ignored(criterion);

        return targets.device_type == DeviceType.CPU && targets.dtype == ScalarType.Int64 && targets.numel() <= int.MaxValue && targets.is_contiguous()
            ? targets.numel() - new ReadOnlySpan<long>((void*)targets.DataPointer(), (int)targets.numel()).Count(ignored)
            : targets.ne(ignored).sum().ToInt64();
    }
}
