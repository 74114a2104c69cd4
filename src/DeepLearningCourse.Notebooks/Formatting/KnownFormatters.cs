using DeepLearningCourse.Models;
using TorchSharp;

namespace DeepLearningCourse.Notebooks.Formatting;

/// <summary>Types that are not ours and cannot say themselves how they are shown.</summary>
internal static class KnownFormatters
{
    public static string? Html(torch.Tensor tensor) => tensor.IsInvalid ? null : tensor.ToHtml();
}
