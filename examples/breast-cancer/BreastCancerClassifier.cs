using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BreastCancer;

/// <summary>La red de las láminas: variables → 32 → 64 → 1, con ReLU en ambas capas de transformación.</summary>
internal sealed class BreastCancerClassifier(int features) : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(features, 32);

    public Linear w2 { get; } = nn.Linear(32, 64);

    public Linear w3 { get; } = nn.Linear(64, 1);

    public ReLU relu_1 { get; } = nn.ReLU();

    public ReLU relu_2 { get; } = nn.ReLU();

    public override Tensor forward(Tensor x)
    {
        x = w1.call(x);
        x = relu_1.call(x);
        x = w2.call(x);
        x = relu_2.call(x);
        x = w3.call(x);
        return x;
    }
}
