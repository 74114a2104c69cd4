using DeepLearningCourse.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Networks that end in another function than their criterion expects.</summary>
internal static class ActivationFindings
{
    private const double Tolerance = 1e-4;

    // Numbers of half precision are off by as much.
    private const double HalfTolerance = 0.1;

    public static void Find(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, PredictionSource source, FindingList findings)
    {
        if (!predictions.is_floating_point() || predictions.numel() == 0 || !predictions.isfinite().all().item<bool>())
        {
            return;
        }

        switch (criterion)
        {
            case BCEWithLogitsLoss:
                Logits(source, findings);
                break;
            case CrossEntropyLoss:
                Scores(predictions, source, findings);
                break;
            case NLLLoss:
                Logarithms(predictions, source, findings);
                break;
            case BCELoss:
                Probabilities(predictions, source, findings);
                break;
        }
    }

    private static void Logits(PredictionSource source, FindingList findings)
    {
        switch (source.Function)
        {
            case LastFunction.Sigmoid:
                findings.Error($"the network ends in a sigmoid ({source.Where}), and BCEWithLogitsLoss applies one itself. Remove the sigmoid, or use BCELoss. {FindingList.SwitchOff}");
                break;
            case LastFunction.Softmax or LastFunction.LogSoftmax or LastFunction.LogSigmoid:
                findings.Error($"the network ends in a {Name(source)} ({source.Where}), and BCEWithLogitsLoss takes raw scores, to which it applies a sigmoid itself. "
                    + $"Remove the {Name(source)}. {FindingList.SwitchOff}");
                break;
            case LastFunction.ReLU:
                WarnOfReLU("BCEWithLogitsLoss takes scores of either sign: without negative ones, no probability can fall below 0.5", source, findings);
                break;
        }
    }

    private static void Scores(Tensor predictions, PredictionSource source, FindingList findings)
    {
        switch (source.Function)
        {
            case LastFunction.Softmax:
                findings.Error(DoubleSoftmax($"the network ends in a softmax ({source.Where})"));
                break;
            case LastFunction.Sigmoid or LastFunction.LogSigmoid:
                findings.Error($"the network ends in a {Name(source)} ({source.Where}), and CrossEntropyLoss takes raw scores, to which it applies a softmax itself. "
                    + $"Remove the {Name(source)}. {FindingList.SwitchOff}");
                break;
            case LastFunction.LogSoftmax:
                findings.Warn($"the network ends in a log-softmax ({source.Where}), and CrossEntropyLoss applies one itself. A second one changes nothing and takes time: remove it, or use NLLLoss.");
                break;
            case LastFunction.ReLU:
                WarnOfReLU("CrossEntropyLoss takes scores of either sign", source, findings);
                break;
            default:
                if (!source.IsRaw && IsDistribution(predictions))
                {
                    findings.Error(DoubleSoftmax($"the predictions {Shapes.Text(predictions)} lie between 0 and 1 and add up to 1 over the classes, as after a softmax"));
                }

                break;
        }
    }

    private static void Logarithms(Tensor predictions, PredictionSource source, FindingList findings)
    {
        if (source.Function == LastFunction.LogSoftmax || predictions.Dimensions < 2)
        {
            return;
        }

        if (source.Function == LastFunction.Softmax || IsDistribution(predictions))
        {
            var where = source.Function == LastFunction.Softmax ? $"the network ends in a softmax ({source.Where})" : "the predictions add up to 1 over the classes, as after a softmax";
            findings.Error($"{where}, and NLLLoss takes the logarithms of probabilities. Use LogSoftmax in its place. {FindingList.SwitchOff}");
            return;
        }

        var sums = predictions.to(ScalarType.Float64).exp().sum(1);
        var farthest = sums.flatten()[sums.flatten().sub(1).abs().argmax()].item<double>();
        if (Math.Abs(farthest - 1) > Math.Max(1e-2, ToleranceOf(predictions)))
        {
            findings.Error($"the predictions {Shapes.Text(predictions)} are no logarithms of probabilities, which NLLLoss takes: those that they stand for add up to {TargetText.Number(farthest)} for a sample "
                + $"instead of 1. End the network in nn.LogSoftmax(1), or use CrossEntropyLoss, which takes raw scores. {FindingList.SwitchOff}");
        }
    }

    private static void Probabilities(Tensor predictions, PredictionSource source, FindingList findings)
    {
        if (TargetValues.Range(predictions) is var (least, most) && (least < 0 || most > 1))
        {
            findings.Error($"the predictions go from {TargetText.Number(least)} to {TargetText.Number(most)} and BCELoss needs probabilities between 0 and 1. "
                + "Use BCEWithLogitsLoss, which takes raw scores, or end the network in nn.Sigmoid().");
        }
        else if (source.Function == LastFunction.Softmax && predictions.sub(1).abs().max().to(ScalarType.Float64).item<double>() < Tolerance)
        {
            findings.Error($"the network ends in a softmax ({source.Where}) over one output, which is 1 whatever the network learns. Use a sigmoid in its place.");
        }
    }

    private static void WarnOfReLU(string why, PredictionSource source, FindingList findings) =>
        findings.Warn($"the network ends in a ReLU ({source.Where}), and {why}. Remove the last ReLU.");

    private static string DoubleSoftmax(string where) =>
        $"{where}, and CrossEntropyLoss applies one itself. Remove the softmax: CrossEntropyLoss takes raw scores. {FindingList.SwitchOff}";

    private static string Name(PredictionSource source) => source.Function switch
    {
        LastFunction.LogSoftmax => "log-softmax",
        LastFunction.LogSigmoid => "log-sigmoid",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>Whether the numbers are probabilities of several classes in dimension 1.</summary>
    private static bool IsDistribution(Tensor predictions)
    {
        if (predictions.Dimensions < 2 || predictions.shape[1] < 2)
        {
            return false;
        }

        var numbers = predictions.to(ScalarType.Float64);
        var tolerance = ToleranceOf(predictions);
        return numbers.ge(0).all().item<bool>() && numbers.le(1 + tolerance).all().item<bool>() && numbers.sum(1).sub(1).abs().max().item<double>() <= tolerance;
    }

    private static double ToleranceOf(Tensor numbers) => numbers.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? HalfTolerance : Tolerance;
}
