using TorchSharp;

namespace DeepLearningCourse.Data;

/// <summary>Shapes as the lecture writes them: <c>[32, 10]</c>.</summary>
internal static class Shapes
{
    public static string Of(torch.Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
