using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Printing;
using DeepLearningCourse.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training.Checks;

/// <summary>What the predictions came from.</summary>
/// <param name="Function">The last function.</param>
/// <param name="Where">The layer, or that it was a function: to follow "the network ends in a ...".</param>
/// <param name="IsRaw">Whether a linear layer or convolution gave them as they are.</param>
internal sealed record PredictionSource(LastFunction Function, string Where, bool IsRaw)
{
    private static readonly (nint Operation, LastFunction Function)[] Operations =
    [
        (AutogradOperation.OfFunction(x => x.sigmoid()), LastFunction.Sigmoid),
        (AutogradOperation.OfFunction(x => x.softmax(1)), LastFunction.Softmax),
        (AutogradOperation.OfFunction(x => nn.functional.log_softmax(x, 1)), LastFunction.LogSoftmax),
        (AutogradOperation.OfFunction(x => nn.functional.logsigmoid(x)), LastFunction.LogSigmoid),
        (AutogradOperation.OfFunction(x => x.relu()), LastFunction.ReLU),
    ];

    private static readonly nint LinearOperation = AutogradOperation.OfFunction(x => nn.functional.linear(x, zeros(2, 2), zeros(2)));

    /// <summary>What is said where nothing is known.</summary>
    public static PredictionSource Unknown { get; } = new(LastFunction.Other, "", false);

    /// <summary>Asks autograd about an evaluation, which it does not record: a sample is passed through the network once more where the predictions look as if a
    /// function had made them.</summary>
    /// <param name="network">The network, in evaluation mode.</param>
    /// <param name="features">What it was given.</param>
    /// <param name="predictions">What it gave.</param>
    public static PredictionSource Of(nn.Module<Tensor, Tensor> network, Tensor features, Tensor predictions)
    {
        if (features.Dimensions == 0 || features.shape[0] == 0 || TargetValues.Range(predictions) is not var (least, most) || (least < 0 && most > 0))
        {
            return Unknown;
        }

        using var generators = new GeneratorState();
        using var gradients = enable_grad();

        try
        {
            var one = ForwardCall.Invoke(network, features.narrow(0, 0, 1).clone());
            return AutogradOperation.Of(one) == LinearOperation && LinearOperation != 0 ? Unknown with { IsRaw = true } : Of(one, []);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A network that takes no single sample, or writes into its weights: it has given its predictions.
            return Unknown;
        }
    }

    /// <summary>Asks autograd, which also knows functions that are no layers, and the layers that were called.</summary>
    public static PredictionSource Of(Tensor predictions, IReadOnlyList<LayerStep> steps)
    {
        var operation = AutogradOperation.Of(predictions);
        var recorded = Array.Find(Operations, known => known.Operation == operation && operation != 0).Function;
        var last = steps.LastOrDefault(step => !step.Layer.named_children().Any() && step.OutputTensors is [{ IsInvalid: false } output] && IsSame(output, predictions));

        if (recorded != LastFunction.Other)
        {
            return new(recorded, FunctionOf(last?.Layer) == recorded ? LayerOf(last!) : "called in forward", false);
        }

        return last is null
            ? Unknown
            : new(FunctionOf(last.Layer), LayerOf(last), last.Layer is Linear or Convolution);
    }

    private static string LayerOf(LayerStep step) => $"layer '{step.Path}', {LayerText.Of(step.Layer)}";

    private static LastFunction FunctionOf(nn.Module? layer) => layer switch
    {
        Sigmoid => LastFunction.Sigmoid,
        Softmax or Softmax2d or Softmin => LastFunction.Softmax,
        LogSoftmax => LastFunction.LogSoftmax,
        LogSigmoid => LastFunction.LogSigmoid,
        ReLU => LastFunction.ReLU,
        _ => LastFunction.Other,
    };

    /// <summary>Whether a tensor is another, perhaps in another shape or copied.</summary>
    private static bool IsSame(Tensor output, Tensor predictions)
    {
        if (output.numel() != predictions.numel() || output.numel() == 0 || output.device_type != predictions.device_type || output.dtype != predictions.dtype)
        {
            return false;
        }

        using var scope = NewDisposeScope();
        return output.reshape(-1).eq(predictions.reshape(-1)).all().item<bool>();
    }
}
