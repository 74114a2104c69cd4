using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>What is wrong with a batch whatever the network is.</summary>
internal static class DataFindings
{
    // So many samples of one class are rarely chance.
    private const long ManyTargets = 16;

    public static void Find(IReadOnlyList<Tensor> features, Tensor? targets, nn.IModule<Tensor, Tensor, Tensor>? criterion, bool trains, FindingList findings)
    {
        foreach (var tensor in features)
        {
            if (targets is not null && !HaveOneBatchSize(tensor, targets))
            {
                findings.Error($"the batch has features {Shapes.Text(tensor)} and targets {Shapes.Text(targets)}; their first dimension is the batch and must be equal.");
            }
        }

        foreach (var tensor in features)
        {
            Finite("features", tensor, findings);
        }

        if (targets is not null)
        {
            Finite("targets", targets, findings);
        }

        foreach (var tensor in features)
        {
            if (IsOneSampleRepeated(tensor))
            {
                findings.Warn($"all {tensor.shape[0]} samples of the batch have the same features {Shapes.Text(tensor)}, so nothing tells them apart. "
                    + "Is the data read, scaled or sliced wrongly?");
            }
        }

        // The order of data to evaluate on is of no account.
        if (trains && targets is { Dimensions: > 0 } && targets.shape[0] >= ManyTargets)
        {
            OneClass(criterion is null ? targets : TargetClasses.Counted(criterion, targets), findings);
        }
    }

    private static bool HaveOneBatchSize(Tensor features, Tensor targets) =>
        features.Dimensions > 0 && targets.Dimensions > 0 && features.shape[0] == targets.shape[0];

    private static void Finite(string what, Tensor data, FindingList findings)
    {
        if (Step.NotANumber(what, data) is { } problem)
        {
            findings.Error(problem);
        }
    }

    private static bool IsOneSampleRepeated(Tensor data) =>
        data.Dimensions > 0 && data.shape[0] > 1 && data.numel() > 0 && !data.is_sparse && data.eq(data[0]).all().item<bool>();

    private static void OneClass(Tensor targets, FindingList findings)
    {
        if (targets.numel() > 0 && targets.eq(targets.reshape(-1)[0]).all().item<bool>())
        {
            findings.Warn($"all {targets.numel()} targets of the batch are {TargetText.Number(targets.reshape(-1)[0])}. Is the data sorted? Make the loader with shuffle: true.");
        }
    }
}
