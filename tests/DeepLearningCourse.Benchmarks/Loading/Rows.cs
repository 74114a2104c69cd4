using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Loading;

/// <summary>The slides' MyDataset in this library, with arrays as samples, and with tensors as in the slides; and in TorchSharp.</summary>
internal static class Rows
{
    public sealed class Arrays(float[][] X, float[] y) : Dataset<(float[] features, float target)>
    {
        public override long Count => y.Length;

        public override (float[] features, float target) this[long index] => (X[index], y[index]);
    }

    public sealed class Tensors(float[][] X, float[] y) : Dataset<(Tensor features, Tensor target)>
    {
        public override long Count => y.Length;

        public override (Tensor features, Tensor target) this[long index] => (tensor(X[index]), tensor(new[] { y[index] }));
    }

    public sealed class TorchSharps(float[][] X, float[] y) : utils.data.Dataset
    {
        public override long Count => y.Length;

        public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["X"] = tensor(X[index]), ["y"] = tensor(new[] { y[index] }) };
    }
}
