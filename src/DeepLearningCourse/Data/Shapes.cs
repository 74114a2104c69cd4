using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Shapes as error messages write them: <c>[32, 10]</c>.</summary>
internal static class Shapes
{
    public static string Text(Tensor tensor) => tensor.IsInvalid ? "(disposed)" : Text(tensor.shape.AsSpan());

    public static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
