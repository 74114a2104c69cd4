using DeepLearningCourse.Models.Printing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Diagrams;

/// <summary>What a layer does, for the colour of its box.</summary>
internal static class LayerKinds
{
    public static NodeKind Of(nn.Module layer)
    {
        var name = LayerText.ClassName(layer);

        // Before the weights: a PReLU and a batch norm have some.
        return IsActivation(layer) ? NodeKind.Activation
            : name.Contains("Norm", StringComparison.Ordinal) ? NodeKind.Normalization
            : name.Contains("Pool", StringComparison.Ordinal) ? NodeKind.Pooling
            : layer.named_parameters().Any() ? NodeKind.Weights
            : NodeKind.Other;
    }

    // Those without arguments have no text of their own to know them by.
    private static bool IsActivation(nn.Module layer) =>
        ActivationText.Of(layer) is not null
        || layer is Sigmoid or Tanh or Hardswish or Hardsigmoid or LogSigmoid or Softsign or Tanhshrink or Softmax2d;
}
