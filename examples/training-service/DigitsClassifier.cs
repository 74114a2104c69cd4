using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingService;

/// <summary>La red de las láminas para dígitos: 64 píxeles → 32 → 64 → 10 clases.</summary>
internal sealed class DigitsClassifier : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(64, 32);

    public Linear w2 { get; } = nn.Linear(32, 64);

    public Linear w3 { get; } = nn.Linear(64, 10);

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
