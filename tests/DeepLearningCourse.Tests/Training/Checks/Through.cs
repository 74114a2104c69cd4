using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

/// <summary>A network of one layer, or several in a Sequential, and a function of what it gives.</summary>
internal sealed class Through(nn.Module<Tensor, Tensor> body, Func<Tensor, Tensor>? after = null) : MyNeuralNetwork
{
    public nn.Module<Tensor, Tensor> body { get; } = body;

    public override Tensor forward(Tensor x) => after is null ? body.call(x) : after(body.call(x));
}
