using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Formats;

/// <summary>Weights that are in memory already.</summary>
internal sealed class TensorSource(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata, bool owned) : WeightSource
{
    public override IReadOnlyDictionary<string, WeightInfo> Entries { get; } =
        tensors.ToDictionary(entry => entry.Key, entry => new WeightInfo(entry.Key, entry.Value.dtype, entry.Value.shape));

    public override IReadOnlyDictionary<string, string> Metadata => metadata;

    public override Tensor Read(string key) => tensors[key].alias();

    public override void CopyTo(string key, Tensor target) => target.copy_(tensors[key]);

    public override void Dispose()
    {
        foreach (var tensor in owned ? tensors.Values : [])
        {
            tensor.Dispose();
        }
    }
}
