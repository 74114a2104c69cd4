using DeepLearningCourse.Models.Printing;
using TorchSharp.Modules;

namespace DeepLearningCourse.Models;

/// <summary>The shape that a layer accepts, as a student would write it on the board.</summary>
internal static class LayerNeeds
{
    /// <summary>The shape needed, and whether the shape that came has it.</summary>
    public static (string? Shape, bool Fits) Of(LayerStep step)
    {
        var got = step.Input ?? [];
        return step.Layer switch
        {
            Linear linear => ($"[*, {linear.in_features}]", got.Length > 0 && got[^1] == linear.in_features),
            Conv1d conv => ($"[batch, {conv.in_channels}, length]", Channels(got, conv.in_channels, 3)),
            Conv2d conv => ($"[batch, {conv.in_channels}, height, width]", Channels(got, conv.in_channels, 4)),
            ConvTranspose1d conv => ($"[batch, {conv.in_channels}, length]", Channels(got, conv.in_channels, 3)),
            ConvTranspose2d conv => ($"[batch, {conv.in_channels}, height, width]", Channels(got, conv.in_channels, 4)),
            ConvTranspose3d conv => ($"[batch, {conv.in_channels}, depth, height, width]", Channels(got, conv.in_channels, 5)),
            Conv3d conv => ($"[batch, {conv.in_channels}, depth, height, width]", Channels(got, conv.in_channels, 5)),
            BatchNorm1d norm => ($"[batch, {norm.num_features}] or [batch, {norm.num_features}, length]",
                got.Length is 2 or 3 && got[1] == norm.num_features),
            BatchNorm2d norm => ($"[batch, {norm.num_features}, height, width]", Channels(got, norm.num_features, 4)),
            BatchNorm3d norm => ($"[batch, {norm.num_features}, depth, height, width]", Channels(got, norm.num_features, 5)),
            LayerNorm norm => ($"[*, {string.Join(", ", norm.normalized_shape)}]",
                got.Length >= norm.normalized_shape.Length
                && got.AsSpan(got.Length - norm.normalized_shape.Length).SequenceEqual(norm.normalized_shape)),
            GroupNorm norm when ParameterShapes.Of(norm, "weight") is [var channels] => ($"[batch, {channels}, *]", got.Length >= 2 && got[1] == channels),
            RNN or LSTM or GRU when ParameterShapes.Of(step.Layer, "weight_ih_l0") is [_, var features] =>
                ($"[*, {features}] with two or three dimensions", got.Length is 2 or 3 && got[^1] == features),
            MultiheadAttention when ParameterShapes.Of(step.Layer, "in_proj_weight") is [_, var width] =>
                ($"[*, {width}] with two or three dimensions", got.Length is 2 or 3 && got[^1] == width),
            _ => (null, false),
        };
    }

    // A convolution also takes one sample without the batch dimension.
    private static bool Channels(long[] got, long channels, int rank) =>
        (got.Length == rank && got[1] == channels) || (got.Length == rank - 1 && got[0] == channels);
}
