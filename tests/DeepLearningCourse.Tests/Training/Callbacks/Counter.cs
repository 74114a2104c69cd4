using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Callbacks;

/// <summary>A network that counts the steps it was trained: with SGD and learning rate 1 its weight after k steps is -k, and so is its buffer.</summary>
internal sealed class Counter : MyNeuralNetwork
{
    public Parameter w { get; } = new(zeros(1, dtype: ScalarType.Float64));

    public Tensor passes { get; } = zeros(1, dtype: ScalarType.Float64);

    public override Tensor forward(Tensor x)
    {
        if (training)
        {
            using (no_grad())
            {
                passes.sub_(1);
            }
        }

        return w * x;
    }

    public (double Weight, double Buffer) Values => (w.item<double>(), passes.item<double>());
}
