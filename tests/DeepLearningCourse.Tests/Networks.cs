using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests;

/// <summary>The network of the slides.</summary>
internal sealed class BinaryClassifier : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(10, 32);

    public Linear w2 { get; } = nn.Linear(32, 64);

    public Linear w3 { get; } = nn.Linear(64, 1);

    public ReLU relu_1 { get; } = nn.ReLU();

    public ReLU relu_2 { get; } = nn.ReLU();

    public override Tensor forward(Tensor x) =>
        w3.call(relu_2.call(w2.call(relu_1.call(w1.call(x)))));
}

/// <summary>The smallest network: its parameters can be computed by hand.</summary>
internal sealed class Line : MyNeuralNetwork
{
    public Linear fc { get; init; } = nn.Linear(2, 1);

    public override Tensor forward(Tensor x) => fc.call(x);
}
