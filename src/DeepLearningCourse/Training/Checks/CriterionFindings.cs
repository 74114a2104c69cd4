using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Predictions and targets that a criterion of TorchSharp's would broadcast, mistake or refuse obscurely.</summary>
internal static class CriterionFindings
{
    public static void Find(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, Tensor targets, FindingList findings)
    {
        switch (criterion)
        {
            case CrossEntropyLoss or NLLLoss or MultiMarginLoss:
                new ClassTargets(criterion, predictions, targets, findings).Find();
                break;
            case BCEWithLogitsLoss or BCELoss:
                if (SameShape(criterion, predictions, targets, findings) && NeedsFloats(criterion, predictions, targets, findings))
                {
                    TargetValues.Probabilities(criterion, targets, findings);
                }

                CriterionWeights.Find(criterion, predictions, findings);
                break;
            case MSELoss or L1Loss or SmoothL1Loss or HuberLoss:
                if (SameShape(criterion, predictions, targets, findings))
                {
                    NeedsFloats(criterion, predictions, targets, findings);
                }

                break;
            case KLDivLoss divergence:
                if (SameShape(criterion, predictions, targets, findings) && NeedsFloats(criterion, predictions, targets, findings))
                {
                    TargetValues.Distributions(divergence, predictions, targets, findings);
                }

                break;
            case PoissonNLLLoss:
                if (SameShape(criterion, predictions, targets, findings))
                {
                    TargetValues.Counts(targets, findings);
                }

                break;
            case SoftMarginLoss or HingeEmbeddingLoss:
                if (SameShape(criterion, predictions, targets, findings))
                {
                    TargetValues.Signs(criterion, targets, findings);
                }

                break;
            case MultiLabelSoftMarginLoss:
                if (SameShape(criterion, predictions, targets, findings))
                {
                    TargetValues.Probabilities(criterion, targets, findings);
                }

                CriterionWeights.Find(criterion, predictions, findings);
                break;
        }
    }

    private static bool SameShape(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, Tensor targets, FindingList findings)
    {
        if (predictions.shape.SequenceEqual(targets.shape))
        {
            return true;
        }

        findings.Error(ShapeText.Differ(criterion, predictions, targets));
        return false;
    }

    private static bool NeedsFloats(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, Tensor targets, FindingList findings)
    {
        if (!targets.is_floating_point())
        {
            findings.Error($"the targets are {targets.dtype} and {criterion.GetType().Name} needs floats. Convert them with y.to(ScalarType.Float32).");
            return false;
        }

        // In half precision libtorch converts by itself what it has to.
        if ((predictions.dtype, targets.dtype) is (ScalarType.Float32, ScalarType.Float64) or (ScalarType.Float64, ScalarType.Float32))
        {
            findings.Error($"the predictions are {predictions.dtype} and the targets {targets.dtype}, which {criterion.GetType().Name} cannot go back through. "
                + $"Convert the targets with y.to(ScalarType.{predictions.dtype}).");
        }

        return true;
    }
}
