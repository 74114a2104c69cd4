using static TorchSharp.torch;

namespace DeepLearningCourse.TensorBoard;

/// <summary>How the numbers of each parameter and of each gradient are distributed.</summary>
internal static class ParameterHistograms
{
    public static void WriteWeights(nn.Module model, EventWriter writer, long step)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            writer.AddHistogram("weights/" + name, parameter, step);
        }
    }

    public static void WriteGradients(nn.Module model, EventWriter writer, long step)
    {
        using var scope = NewDisposeScope();

        foreach (var (name, parameter) in model.named_parameters())
        {
            if (parameter.grad is { } gradient)
            {
                writer.AddHistogram("gradients/" + name, gradient, step);
            }
        }
    }
}
