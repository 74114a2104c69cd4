using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The tensors inside a value: in tuples, in the fields of the user's own types, in arrays, lists and dictionaries.</summary>
internal static class Tensors<T>
{
    private static readonly TensorWalk<T>? Walk = TensorWalks.For<T>();

    public static bool AreInside => Walk is not null;

    public static void Replace(ref T value, Func<Tensor, Tensor> replacement) => Walk?.Invoke(ref value, replacement);

    public static void ForEach(T value, Action<Tensor> action) => Walk?.Invoke(ref value, tensor =>
    {
        action(tensor);
        return tensor;
    });

    public static void Dispose(T value) => Walk?.Invoke(ref value, Disposed);

    private static readonly Func<Tensor, Tensor> Disposed = static tensor =>
    {
        tensor.Dispose();
        return tensor;
    };
}
