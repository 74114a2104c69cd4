using DeepLearningCourse.Metrics;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The slides' inference over batches: <c>eval()</c>, <c>no_grad()</c>, forward, loss.</summary>
internal sealed class EvaluationLoop(
    nn.Module<Tensor, Tensor> model, nn.IModule<Tensor, Tensor, Tensor> criterion, Device device)
{
    private const double Threshold = 0.5;

    private readonly OutputKind kind = OutputKinds.Of(criterion);

    public Evaluation Run(
        IEnumerable<(Tensor features, Tensor target)> data, TrainingHistory history, CancellationToken cancellationToken)
    {
        var mean = new LossMean(criterion);
        ConfusionMatrix? matrix = null;
        var batch = 0;
        using var mode = new EvaluationMode(model);
        using var withoutGradients = no_grad();
        foreach (var (features, target) in Batches.Of(data, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var step = new Step(0, ++batch, history, Step.On(device, features), Step.On(device, target));
            var preds = ForwardCall.Invoke(model, step.X);
            mean.Add(step.FiniteValue(step.Loss(criterion, preds)), step.X.size(0));
            if (Classes(preds) is { } classes
                && TargetClasses.Match(criterion, kind.Labels(preds, Threshold), step.Y) is var (predicted, actual))
            {
                matrix ??= new ConfusionMatrix(classes);
                matrix.Add(predicted, actual);
            }
        }

        return mean.Samples > 0 ? new Evaluation(mean.Value, mean.Samples, matrix) : throw Step.NoData("The evaluation data", history);
    }

    /// <summary>The number of classes if the batch answers one question per sample; null otherwise.</summary>
    private int? Classes(Tensor preds) => kind switch
    {
        OutputKind.BinaryLogits or OutputKind.BinaryProbabilities when preds.numel() == preds.shape[0] => 2,
        OutputKind.ClassLogits or OutputKind.ClassLogProbabilities when preds.Dimensions == 2 && preds.shape[1] > 1 => (int)preds.shape[1],
        _ => null,
    };
}
