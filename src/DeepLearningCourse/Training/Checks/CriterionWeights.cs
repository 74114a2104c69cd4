using DeepLearningCourse.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>A criterion's own weights against the predictions.</summary>
internal static class CriterionWeights
{
    public static void Find(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, FindingList findings)
    {
        if ((criterion as WeightedLoss<Tensor, Tensor, Tensor>)?.weight is { } weight)
        {
            Place(criterion, "weight", weight, predictions, findings);
        }

        if (criterion is BCEWithLogitsLoss { pos_weights: { } positive })
        {
            Place(criterion, "pos_weights", positive, predictions, findings);
        }
    }

    /// <summary>The weights of classes: one for each.</summary>
    public static void OfClasses(nn.IModule<Tensor, Tensor, Tensor> criterion, Tensor predictions, long classes, FindingList findings)
    {
        Find(criterion, predictions, findings);

        if ((criterion as WeightedLoss<Tensor, Tensor, Tensor>)?.weight is { } weight && !weight.shape.SequenceEqual([classes]))
        {
            findings.Error($"the weight of {criterion.GetType().Name} is {Shapes.Text(weight)} and the network has {classes} outputs. Give the criterion a weight for each class.");
        }
    }

    private static void Place(nn.IModule<Tensor, Tensor, Tensor> criterion, string name, Tensor weight, Tensor predictions, FindingList findings)
    {
        if (weight.device_type != predictions.device_type)
        {
            findings.Error($"the {name} of {criterion.GetType().Name} is on {weight.device} and the predictions are on {predictions.device}. "
                + $"Make the criterion with {name}.to(\"{predictions.device}\").");
        }
        else if ((weight.dtype, predictions.dtype) is (ScalarType.Float64, ScalarType.Float32) or (ScalarType.Float32, ScalarType.Float64) || !weight.is_floating_point())
        {
            findings.Error($"the {name} of {criterion.GetType().Name} is {weight.dtype} and the predictions are {predictions.dtype}. "
                + $"Make the criterion with {name}.to(ScalarType.{predictions.dtype}).");
        }
    }
}
