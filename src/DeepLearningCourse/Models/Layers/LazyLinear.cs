using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Printing;
using DeepLearningCourse.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Layers;

/// <summary>A linear layer that takes its number of inputs from the first tensor it gets, for instance after convolutions.</summary>
/// <remarks>
/// <para>Until its first call, or until weights are loaded, its weights have no size: an optimizer made from <c>model.parameters()</c>,
/// <c>SaveWeights</c> and <c>Initialize</c> refuse it in a sentence. From then on it is and prints as <c>Linear</c>, with the same values that
/// <c>nn.Linear</c> would have drawn at that moment, in the type and on the device of that first tensor.</para>
/// <para><see href="https://pytorch.org/docs/stable/generated/torch.nn.LazyLinear.html"/></para>
/// </remarks>
/// <example>
/// <code>
/// public Conv2d conv { get; } = nn.Conv2d(1, 8, 3);
/// public LazyLinear head { get; } = new LazyLinear(10);
///
/// // Once, before the optimizer is made:
/// model.call(firstBatch);
/// </code>
/// </example>
public sealed class LazyLinear : MyNeuralNetwork, IPrintedLayer
{
    /// <summary>Makes the layer, without weights yet.</summary>
    /// <param name="out_features">The number of outputs.</param>
    /// <param name="hasBias">Whether a bias is added.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of outputs is not positive.</exception>
    public LazyLinear(long out_features, bool hasBias = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(out_features, 1);
        this.out_features = out_features;
        weight = Lazy(shape => shape.Count == 2 && shape[0] == out_features && shape[1] > 0, TakeShape);

        // The bias says nothing about the inputs: it waits for the weight and gets its values with it.
        bias = hasBias ? Lazy(shape => shape.Count == 1 && shape[0] == out_features, _ => { }) : null;
    }

    /// <summary>The number of inputs; 0 before the first call.</summary>
    public long in_features => IsWaiting ? 0 : weight.shape[1];

    /// <summary>The number of outputs.</summary>
    public long out_features { get; }

    /// <summary>The weight <c>[out_features, in_features]</c>; empty before the first call.</summary>
    public Parameter weight { get; set; }

    /// <summary>The bias <c>[out_features]</c>; null without, and empty before the first call.</summary>
    public Parameter? bias { get; set; }

    private readonly Lock building = new();

    string IPrintedLayer.PrintedName => IsWaiting ? nameof(LazyLinear) : nameof(nn.Linear);

    string IPrintedLayer.PrintedArguments => LinearText.Linear(in_features, out_features, bias is not null);

    // The bias gets its values last.
    private bool IsWaiting => weight is LazyParameter { IsWaiting: true } || bias is LazyParameter { IsWaiting: true };

    /// <summary>x·weightᵀ + bias.</summary>
    /// <param name="x">A tensor <c>[*, in_features]</c>.</param>
    /// <returns>A tensor <c>[*, out_features]</c>.</returns>
    /// <exception cref="ArgumentException">The first input is a single number, has no features or holds no floating-point numbers.</exception>
    public override Tensor forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);

        if (IsWaiting)
        {
            if (x.Dimensions == 0 || x.shape[^1] == 0 || !x.is_floating_point())
            {
                throw new ArgumentException(
                    $"{this} takes its size from its first input, and {Shapes.Text(x)} of type {x.dtype} gives none: it needs floating-point numbers [*, in_features].", nameof(x));
            }

            // Threads may call it first at once.
            lock (building)
            {
                Build(x.shape[^1], x.dtype, x.device);
            }
        }

        return nn.functional.linear(x, weight, bias);
    }

    private static LazyParameter Lazy(Func<IReadOnlyList<long>, bool> accepts, Action<IReadOnlyList<long>> takeShape)
    {
        using var nothing = empty(0);
        return new LazyParameter(nothing, accepts, takeShape);
    }

    private void TakeShape(IReadOnlyList<long> shape) => Build(shape[1], weight.dtype, weight.device);

    /// <summary>Draws the values as <c>nn.Linear</c> does: in ±1/√in_features, the weight first.</summary>
    private void Build(long inputs, ScalarType type, Device device)
    {
        var bound = 1 / Math.Sqrt(inputs);
        Fill(weight, [out_features, inputs], bound, type, device);

        if (bias is not null)
        {
            Fill(bias, [out_features], bound, type, device);
        }
    }

    private static void Fill(Parameter parameter, long[] shape, double bound, ScalarType type, Device device)
    {
        if (parameter is not LazyParameter { IsWaiting: true } lazy)
        {
            return;
        }

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Dispatcher.SetData(lazy, empty(shape, type, device).uniform_(-bound, bound));
        lazy.IsWaiting = false;
    }
}
