using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>
/// The slides' <c>MyNeuralNetwork</c>: derive from it, declare the layers, write <c>forward</c>.
/// </summary>
/// <remarks>
/// <para>Every layer, network, parameter or list of layers that a class declares as a field or property is registered
/// under the member's name, without a call: <c>w1</c> gives the parameters <c>w1.weight</c> and <c>w1.bias</c>, a
/// <c>List&lt;Linear&gt; hidden</c> gives <c>hidden.0.weight</c>. A get-only tensor becomes a buffer: saved and moved
/// with the network, not trained. A tensor that can be assigned is left alone, as in PyTorch.</para>
/// <para>Follows <see href="https://pytorch.org/docs/stable/generated/torch.nn.Module.html">torch.nn.Module</see>.</para>
/// </remarks>
/// <example>
/// <code>
/// sealed class BinaryClassifier : MyNeuralNetwork
/// {
///     public Linear w1 { get; } = nn.Linear(10, 32);
///     public Linear w2 { get; } = nn.Linear(32, 1);
///     public ReLU relu_1 { get; } = nn.ReLU();
///
///     public override Tensor forward(Tensor x) => w2.call(relu_1.call(w1.call(x)));
/// }
/// </code>
/// </example>
public abstract class MyNeuralNetwork : MyNeuralNetwork<Tensor, Tensor>
{
    /// <summary>Creates the network; nothing else needs to be called.</summary>
    protected MyNeuralNetwork()
    {
    }
}
