using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The gradients of a step of several batches that is not complete, for a checkpoint.</summary>
internal static class OpenGradients
{
    public static Dictionary<string, Tensor> Of(IReadOnlyList<GradientStep> steps)
    {
        Dictionary<string, Tensor> gradients = [];

        for (var phase = 0; phase < steps.Count; phase++)
        {
            for (var i = 0; steps[phase].Batches > 0 && i < steps[phase].Parameters.Count; i++)
            {
                if (steps[phase].Parameters[i].grad is { } gradient)
                {
                    gradients[Key(phase, i)] = gradient;
                }
            }
        }

        return gradients;
    }

    public static void Restore(IReadOnlyList<GradientStep> steps, Dictionary<string, Tensor> gradients)
    {
        for (var phase = 0; phase < steps.Count; phase++)
        {
            for (var i = 0; i < steps[phase].Parameters.Count; i++)
            {
                if (gradients.TryGetValue(Key(phase, i), out var gradient))
                {
                    var parameter = steps[phase].Parameters[i];
                    parameter.grad = gradient.to(parameter.device);
                }
            }
        }
    }

    private static string Key(int phase, int parameter) => string.Create(CultureInfo.InvariantCulture, $"{phase}.{parameter}");
}
