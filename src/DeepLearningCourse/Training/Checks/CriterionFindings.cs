using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Predictions and targets that a criterion would broadcast, mistake or refuse obscurely.</summary>
/// <param name="criterion">The criterion, TorchSharp's or the user's own.</param>
/// <param name="predictions">What the network gave.</param>
/// <param name="targets">What they are compared with.</param>
/// <param name="trains">Whether the loss is to go back.</param>
/// <param name="findings">Gets what is found.</param>
internal sealed class CriterionFindings(
    nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, Tensor targets, bool trains, FindingList findings)
{
    public void Find()
    {
        switch (criterion)
        {
            case CrossEntropyLoss or NLLLoss or MultiMarginLoss:
                new ClassTargets(criterion, predictions, targets, trains, findings).Find();
                break;
            case BCEWithLogitsLoss or BCELoss:
                if (SameShape() && NeedsFloats())
                {
                    TargetValues.Probabilities(criterion, targets, findings);
                }

                CriterionWeights.Find(criterion, predictions, findings);
                break;
            case MSELoss or L1Loss or SmoothL1Loss or HuberLoss:
                _ = SameShape() && NeedsFloats();
                break;
            case KLDivLoss divergence:
                if (SameShape() && NeedsFloats())
                {
                    TargetValues.Distributions(divergence, predictions, targets, findings);
                }

                break;
            case PoissonNLLLoss:
                if (SameShape())
                {
                    TargetValues.Counts(targets, findings);
                }

                break;
            case SoftMarginLoss or HingeEmbeddingLoss:
                if (SameShape())
                {
                    TargetValues.Signs(criterion, targets, findings);
                }

                break;
            case MultiLabelSoftMarginLoss:
                if (SameShape())
                {
                    TargetValues.Probabilities(criterion, targets, findings);
                }

                CriterionWeights.Find(criterion, predictions, findings);
                break;
            case not null when criterion.GetType().Assembly != typeof(nn.Module).Assembly:
                BroadcastFindings.Find(criterion, predictions, targets, findings);
                break;
        }
    }

    private bool SameShape()
    {
        if (predictions.shape.SequenceEqual(targets.shape))
        {
            return true;
        }

        findings.Error(ShapeText.Differ(criterion, predictions, targets));
        return false;
    }

    // Without a way back libtorch compares what it would not differentiate, and rightly.
    private bool NeedsFloats()
    {
        if (!targets.is_floating_point())
        {
            if (trains)
            {
                findings.Error($"the targets are {targets.dtype} and {criterion.GetType().Name} needs floats. Convert them with y.to(ScalarType.Float32).");
            }

            return false;
        }

        // In half precision libtorch converts by itself what it has to.
        if (trains && (predictions.dtype, targets.dtype) is (ScalarType.Float32, ScalarType.Float64) or (ScalarType.Float64, ScalarType.Float32))
        {
            findings.Error($"the predictions are {predictions.dtype} and the targets {targets.dtype}, which {criterion.GetType().Name} cannot go back through. "
                + $"Convert the targets with y.to(ScalarType.{predictions.dtype}).");
        }

        return true;
    }
}
