using DeepLearningCourse.Models.Summaries;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Tensors as a notebook shows them.</summary>
public static class TensorDisplay
{
    /// <summary>A tensor for a page or a notebook: shape, type, device, numbers and, of up to a million, the smallest, the mean and the largest.</summary>
    /// <param name="tensor">The tensor, of any type and shape and on any device; it is left as it was. A disposed one gives a sentence.</param>
    /// <param name="edgeItems">How many numbers are shown at both ends of a dimension where there are too many to show all, as numpy's <c>edgeitems</c>; of
    /// more than two dimensions, how many matrices. At least 1.</param>
    /// <returns>A div element of HTML that brings its own style.</returns>
    /// <exception cref="ArgumentOutOfRangeException">edgeItems is less than 1.</exception>
    /// <example>
    /// <code>
    /// var html = x.ToHtml();
    /// </code>
    /// </example>
    public static string ToHtml(this Tensor tensor, int edgeItems = 3)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return edgeItems >= 1
            ? TensorHtml.Of(tensor, edgeItems)
            : throw new ArgumentOutOfRangeException(nameof(edgeItems), edgeItems, "edgeItems is how many numbers are shown at both ends of a dimension: at least 1.");
    }
}
