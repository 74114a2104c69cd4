using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>A network with normalisation, dropout and a tied weight.</summary>
internal sealed class NormalizedNetwork : MyNeuralNetwork
{
    public NormalizedNetwork() => head.weight = first.weight;

    public Linear first { get; } = nn.Linear(5, 5);

    public BatchNorm1d norm { get; } = nn.BatchNorm1d(5, momentum: 0.3);

    public Dropout dropout { get; } = nn.Dropout(0.5);

    public Linear head { get; } = nn.Linear(5, 5);

    public override Tensor forward(Tensor x) => head.call(dropout.call(norm.call(first.call(x))));
}
