using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Targets of values that a criterion takes for something else.</summary>
internal static class TargetValues
{
    // As much as a sum of float32 may be off.
    private const double Tolerance = 1e-4;

    /// <summary>Targets that say how likely "yes" is.</summary>
    public static void Probabilities(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor targets, FindingList findings)
    {
        if (Range(targets) is var (least, most) && (least < 0 || most > 1))
        {
            var mapping = (least, most) switch
            {
                _ when IsOneOf(targets, -1, 1) => "Labels of -1 and 1 become 0 and 1 with (y + 1) / 2.",
                _ when IsOneOf(targets, 1, 2) => "Labels of 1 and 2 become 0 and 1 with y - 1.",
                ( >= 0, > 2 and <= 255) when IsWhole(targets) && targets.Dimensions > 2 => "Pixels of 0 to 255 become 0 to 1 with y / 255.",
                _ => "Number the labels 0 and 1, or use MSELoss if the targets are values to be predicted.",
            };
            findings.Error($"the targets go from {TargetText.Number(least)} to {TargetText.Number(most)} and {criterion.GetType().Name} needs them between 0 and 1. {mapping}");
        }
    }

    /// <summary>Targets of -1 and 1.</summary>
    public static void Signs(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor targets, FindingList findings)
    {
        if (Range(targets) is var (least, most) && !IsOneOf(targets, -1, 1))
        {
            var mapping = IsOneOf(targets, 0, 1) ? "Labels of 0 and 1 become -1 and 1 with y * 2 - 1." : "Use MSELoss if they are values to be predicted.";
            findings.Error($"the targets go from {TargetText.Number(least)} to {TargetText.Number(most)} and {criterion.GetType().Name} needs labels of -1 and 1. {mapping}");
        }
    }

    /// <summary>Targets that were counted.</summary>
    public static void Counts(Tensor targets, FindingList findings)
    {
        if (Range(targets) is var (least, _) && least < 0)
        {
            findings.Error($"the least target is {TargetText.Number(least)} and PoissonNLLLoss needs counts, which are not negative. Use MSELoss for other values.");
        }
    }

    /// <summary>Predictions as logarithms, targets as probabilities or logarithms of them.</summary>
    public static void Distributions(KLDivLoss criterion, Tensor predictions, Tensor targets, FindingList findings)
    {
        if (Range(predictions) is var (_, highest) && highest > Tolerance)
        {
            findings.Error($"the predictions go up to {TargetText.Number(highest)} and KLDivLoss needs logarithms of probabilities, which are not above 0. "
                + "End the network in nn.LogSoftmax(1).");
        }

        if (Range(targets) is not var (least, most))
        {
            return;
        }

        if (criterion.log_target && most > Tolerance)
        {
            findings.Error($"the targets go up to {TargetText.Number(most)} and KLDivLoss was made with log_target: true, which is TorchSharp's default: it needs their logarithms. "
                + "Probabilities need nn.KLDivLoss(log_target: false).");
        }
        else if (!criterion.log_target && (least < 0 || most > 1 + Tolerance))
        {
            findings.Error($"the targets go from {TargetText.Number(least)} to {TargetText.Number(most)} and KLDivLoss needs probabilities between 0 and 1. "
                + "Logarithms of them need nn.KLDivLoss(log_target: true).");
        }
    }

    /// <summary>Targets of one probability per class.</summary>
    public static void ClassProbabilities(Tensor targets, FindingList findings)
    {
        if (Range(targets) is not var (least, most))
        {
            return;
        }

        if (least < 0 || most > 1 + Tolerance)
        {
            findings.Warn($"the targets have the shape of the predictions, so CrossEntropyLoss takes them for probabilities of the classes, and they go from {TargetText.Number(least)} to "
                + $"{TargetText.Number(most)}. Give class numbers (int64), or use MSELoss if they are values to be predicted.");
            return;
        }

        var sums = targets.to(ScalarType.Float64).sum(1);
        var (smallest, largest) = (sums.min().item<double>(), sums.max().item<double>());
        if (smallest < 1 - 1e-2 || largest > 1 + 1e-2)
        {
            findings.Warn("the targets have the shape of the predictions, so CrossEntropyLoss takes them for probabilities of the classes, and their sums go from "
                + $"{TargetText.Number(smallest)} to {TargetText.Number(largest)} instead of being 1. For several labels per sample use BCEWithLogitsLoss.");
        }
    }

    /// <summary>The least and the greatest finite number; null where there is none.</summary>
    public static (double Least, double Most)? Range(Tensor values)
    {
        var numbers = values.to(ScalarType.Float64);
        var finite = numbers.masked_select(numbers.isfinite());
        return finite.numel() == 0 ? null : (finite.min().item<double>(), finite.max().item<double>());
    }

    private static bool IsOneOf(Tensor targets, double one, double other) => targets.eq(one).logical_or(targets.eq(other)).all().item<bool>();

    private static bool IsWhole(Tensor targets) => targets.eq(targets.round()).all().item<bool>();
}
