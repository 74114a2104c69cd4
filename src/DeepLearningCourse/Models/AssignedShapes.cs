using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Printing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>
/// Finds a weight that was assigned (<c>model.w1.weight = ...</c>) with another shape than its layer's. TorchSharp's setter
/// takes any, and some would broadcast in silence.
/// </summary>
internal static class AssignedShapes
{
    /// <exception cref="InvalidOperationException">The layer's weight or bias has another shape than the layer.</exception>
    public static void Refuse(string path, nn.Module layer)
    {
        switch (layer)
        {
            case Linear linear:
                Refuse(path, layer, "weight", linear.weight, [linear.out_features, linear.in_features]);
                Refuse(path, layer, "bias", linear.bias, [linear.out_features]);
                break;
            case LayerCollection collection:
                foreach (var (name, child) in collection.named_children())
                {
                    Refuse($"{path}.{name}", child);
                }

                break;
        }
    }

    private static void Refuse(string path, nn.Module layer, string name, Parameter? parameter, long[] needed)
    {
        if (parameter is { IsInvalid: false } && !parameter.shape.AsSpan().SequenceEqual(needed))
        {
            throw new InvalidOperationException(
                $"'{path}.{name}' was set to a tensor of shape {Shapes.Text(parameter)}, and {LayerText.Of(layer)} needs {Shapes.Text(needed)}. "
                + $"Set it with {path}.{name}.SetData(values), which refuses another shape and keeps the optimizer's hold on it.");
        }
    }
}
