using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>The mean loss per sample over batches of any size.</summary>
/// <remarks>The slides average the batches' losses; weighting by batch size makes a short last batch count for what it is.</remarks>
internal sealed class LossMean(nn.IModule<Tensor, Tensor, Tensor> criterion)
{
    // A summed loss already holds each sample once.
    private readonly bool isSum = criterion is Loss<Tensor, Tensor, Tensor> { reduction: nn.Reduction.Sum };
    private double total;

    public long Samples { get; private set; }

    public double Value => total / Samples;

    public void Add(double loss, long batchSize)
    {
        total += isSum ? loss : loss * batchSize;
        Samples += batchSize;
    }
}
