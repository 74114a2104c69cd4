using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Hosting.Tests;

/// <summary>A network whose training draws random numbers, so that a resumed run shows whether they went on where they were.</summary>
internal sealed class SmallNetwork : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(4, 8);

    public Dropout dropout { get; } = nn.Dropout(0.25);

    public Linear w2 { get; } = nn.Linear(8, 1);

    public override Tensor forward(Tensor x) => w2.call(dropout.call(w1.call(x)));
}
