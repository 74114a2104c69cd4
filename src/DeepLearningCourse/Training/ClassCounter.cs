using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Counts predicted against true classes, where a criterion is for classes.</summary>
internal sealed class ClassCounter(nn.IModule<Tensor, Tensor, Tensor> criterion)
{
    private const double Threshold = 0.5;

    private readonly OutputKind kind = OutputKinds.Of(criterion);

    /// <summary>The counts; null where there are no classes.</summary>
    public ConfusionMatrix? Matrix { get; private set; }

    public void Add(StepOutput output)
    {
        if (output is { Predictions: { } preds, Targets: { } target } && Classes(preds) is { } classes
            && TargetClasses.Match(criterion, kind.Labels(preds, Threshold), target) is var (predicted, actual))
        {
            Matrix ??= new ConfusionMatrix(classes);
            Matrix.Add(predicted, actual);
        }
    }

    /// <summary>The number of classes if the batch answers one question per sample; null otherwise.</summary>
    private int? Classes(Tensor preds) => kind switch
    {
        OutputKind.BinaryLogits or OutputKind.BinaryProbabilities when preds.numel() == preds.shape[0] => 2,
        OutputKind.ClassLogits or OutputKind.ClassLogProbabilities when preds.Dimensions == 2 && preds.shape[1] > 1 => (int)preds.shape[1],
        _ => null,
    };
}
