using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>The parts that PyTorch prints of a layer and TorchSharp does not show, where all is known of them.</summary>
internal static class HiddenParts
{
    // Its type is internal to TorchSharp, so no accessor can name it.
    private static readonly PropertyInfo? Distance =
        typeof(TripletMarginWithDistanceLoss).GetProperty("distance", BindingFlags.Instance | BindingFlags.NonPublic);

    public static IEnumerable<(string Name, string Text)> Of(nn.Module layer) => layer switch
    {
        MultiheadAttention a => OutputProjection(a),
        TripletMarginWithDistanceLoss loss when Distance is not null && Distance.GetValue(loss) is null
            => [("distance_function", "PairwiseDistance()")],
        _ => [],
    };

    private static IEnumerable<(string Name, string Text)> OutputProjection(MultiheadAttention layer)
    {
        if (ParameterShapes.Of(layer, "out_proj.weight") is [var outputs, var inputs])
        {
            var bias = ParameterShapes.Of(layer, "out_proj.bias") is not null;
            yield return ("out_proj", $"NonDynamicallyQuantizableLinear({LinearText.Linear(inputs, outputs, bias)})");
        }
    }
}
