using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>What a network's output numbers mean, which its criterion says.</summary>
internal enum OutputKind
{
    /// <summary>Predicted values: regression.</summary>
    Values,

    /// <summary>One logit per yes-or-no question: sigmoid makes it a probability.</summary>
    BinaryLogits,

    /// <summary>A probability per yes-or-no question: the network ends in a sigmoid.</summary>
    BinaryProbabilities,

    /// <summary>One logit per class in dimension 1: softmax makes them probabilities.</summary>
    ClassLogits,

    /// <summary>The logarithm of each class's probability: the network ends in a log-softmax.</summary>
    ClassLogProbabilities,
}

/// <summary>From a network's raw output to probabilities and labels.</summary>
internal static class OutputKinds
{
    public static OutputKind Of(nn.IModule<Tensor, Tensor, Tensor> criterion) => criterion switch
    {
        BCEWithLogitsLoss => OutputKind.BinaryLogits,
        BCELoss => OutputKind.BinaryProbabilities,
        CrossEntropyLoss => OutputKind.ClassLogits,
        NLLLoss => OutputKind.ClassLogProbabilities,
        _ => OutputKind.Values,
    };

    /// <summary>Without a criterion: one column is a binary answer, several are classes.</summary>
    public static OutputKind Of(Tensor output) =>
        output.Dimensions < 2 || output.shape[1] == 1 ? OutputKind.BinaryLogits : OutputKind.ClassLogits;

    public static Tensor Probabilities(this OutputKind kind, Tensor output) => kind switch
    {
        OutputKind.BinaryLogits => output.sigmoid(),
        OutputKind.BinaryProbabilities => output.alias(),
        OutputKind.ClassLogits => output.softmax(1),
        OutputKind.ClassLogProbabilities => output.exp(),
        _ => throw new InvalidOperationException(
            "The criterion is for predicting values, so there are no probabilities or labels. Use Predict."),
    };

    public static Tensor Labels(this OutputKind kind, Tensor output, double threshold) => kind switch
    {
        OutputKind.ClassLogits or OutputKind.ClassLogProbabilities => output.argmax(1),
        _ => kind.Probabilities(output).ge(threshold).to(ScalarType.Int64),
    };
}
