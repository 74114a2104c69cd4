using DeepLearningCourse.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>Targets of class numbers, or of a probability per class, against predictions <c>[batch, classes, ...]</c>.</summary>
internal sealed class ClassTargets(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, Tensor targets, bool trains, FindingList findings)
{
    private readonly string name = criterion.GetType().Name;
    private readonly long[] scores = predictions.shape;

    /// <summary>The shape of class numbers for these predictions.</summary>
    private long[] Wanted => [.. scores.Where((_, dimension) => dimension != 1)];

    public void Find()
    {
        if (targets.is_floating_point())
        {
            FindInFloats();
        }
        else
        {
            FindInNumbers();
        }
    }

    private void FindInFloats()
    {
        // Floats of the predictions' own shape are class probabilities, which CrossEntropyLoss takes.
        if (criterion is not CrossEntropyLoss || !scores.SequenceEqual(targets.shape))
        {
            findings.Error($"the targets are {targets.dtype} {Shapes.Text(targets)} and {name} needs class "
                + "numbers: int64 of shape [batch]. Convert them with y.to(ScalarType.Int64), and drop a dimension of 1 with y.squeeze(1).");
        }
        else if (HasSeveralClasses())
        {
            CriterionWeights.OfClasses(criterion, predictions, scores[1], findings);
            TargetValues.ClassProbabilities(targets, findings);
        }
    }

    private void FindInNumbers()
    {
        if (targets.dtype is not (ScalarType.Int64 or ScalarType.Byte))
        {
            findings.Error($"the targets are {targets.dtype} and {name} needs class numbers of type Int64. Convert them with y.to(ScalarType.Int64).");
        }

        if (predictions.Dimensions > 1 && !Wanted.SequenceEqual(targets.shape))
        {
            findings.Error($"the predictions are {Shapes.Text(predictions)}, [batch, classes{Rest()}], so {name} needs class numbers of shape {Shapes.Text(Wanted)}, and the targets are "
                + $"{Shapes.Text(targets)}. {ShapeFix()}");
            return;
        }

        if (FindInRange() && HasSeveralClasses())
        {
            CriterionWeights.OfClasses(criterion, predictions, scores[1], findings);
        }
    }

    private string Rest() => scores.Length > 2 ? ", ..." : "";

    private string ShapeFix()
    {
        var last = scores[^1];
        if (scores.Length > 2 && scores.AsSpan(..^1).SequenceEqual(targets.shape))
        {
            var order = string.Join(", ", Enumerable.Range(1, scores.Length - 2).Prepend(scores.Length - 1).Prepend(0));
            return $"The classes stand in the last dimension of the predictions: bring them to dimension 1 with preds.permute({order}).";
        }

        if (scores.Length == 2 && last > 1 && scores.SequenceEqual(targets.shape))
        {
            return "Targets of a number per class become class numbers with y.argmax(1), if one of them is 1 and the others are 0; for several labels per sample use BCEWithLogitsLoss with floats.";
        }

        if (targets.numel() == Wanted.Aggregate(1L, (product, extent) => product * extent))
        {
            return targets.Dimensions == Wanted.Length + 1 && targets.Dimensions > 1 && targets.shape[1] == 1
                ? "Drop the dimension of 1 with y.squeeze(1)."
                : $"Give the targets that shape with y.reshape({string.Join(", ", Wanted.Skip(1).Prepend(-1))}).";
        }

        return "Make the network give one prediction for each target.";
    }

    private bool FindInRange()
    {
        var classes = predictions.Dimensions > 1 ? scores[1] : scores[0];
        var counted = TargetClasses.Counted(criterion, targets);
        if (counted.numel() == 0)
        {
            // An evaluation counts nothing of such a batch.
            if (trains && targets.numel() > 0)
            {
                findings.Error($"{name} ignores all {targets.numel()} targets of the batch, so its mean is 0 / 0. Leave such batches out, or choose another ignore_index.");
            }

            return false;
        }

        var (least, most) = (counted.min().to(ScalarType.Int64).item<long>(), counted.max().to(ScalarType.Int64).item<long>());
        if (least >= 0 && most < classes)
        {
            return true;
        }

        findings.Error($"the targets go from {least} to {most} and the network has {classes} outputs, for the classes 0 to {classes - 1}. {RangeFix(least, most, classes)}");
        return false;
    }

    private string RangeFix(long least, long most, long classes) => (least, most) switch
    {
        (1, _) when most == classes && classes > 1 => "Numbered from 1, they become right with y - 1.",
        (-1, _) when most < classes && criterion is CrossEntropyLoss =>
            "If -1 marks what is not to be counted, make the criterion with ignore_index: -1; otherwise number the classes from 0.",
        _ => "Number the classes from 0, and give the last layer an output for each.",
    };

    private bool HasSeveralClasses()
    {
        if (predictions.Dimensions > 1 && scores[1] > 1)
        {
            return true;
        }

        findings.Error(predictions.Dimensions == 1
            ? $"the predictions are {Shapes.Text(predictions)} and have no dimension of classes, so {name} takes the whole batch for the classes of one sample. "
                + "Make the network give [batch, classes], or use BCEWithLogitsLoss for a yes-or-no answer."
            : $"the network has 1 output, and among one class {name} is 0 whatever it is. Give the last layer an output for each class, or use BCEWithLogitsLoss for a yes-or-no answer.");
        return false;
    }
}
