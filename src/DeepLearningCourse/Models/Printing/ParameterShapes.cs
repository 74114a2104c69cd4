using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Printing;

/// <summary>What the shapes of a layer's parameters say about arguments that TorchSharp does not keep.</summary>
/// <remarks>A native layer's own properties (<c>weight_ih</c>) make a new tensor at each read; its registry does not.</remarks>
internal static class ParameterShapes
{
    /// <summary>The shape of the first parameter whose name ends so, or null.</summary>
    public static long[]? Of(nn.Module layer, string ending) => layer.named_parameters()
        .Where(entry => entry.name.EndsWith(ending, StringComparison.Ordinal))
        .Select(entry => entry.parameter.shape)
        .FirstOrDefault();

    /// <summary>How many parameters' names start and end so.</summary>
    public static int Count(nn.Module layer, string start, string ending = "") => layer.named_parameters()
        .Count(entry => entry.name.StartsWith(start, StringComparison.Ordinal)
            && entry.name.EndsWith(ending, StringComparison.Ordinal));
}
