using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A parameter whose size its layer learns from the first input or the first weights; until then it is empty.</summary>
/// <remarks>It stays the same tensor when it gets its size, as PyTorch's UninitializedParameter does.</remarks>
internal sealed class LazyParameter(Tensor empty, Func<IReadOnlyList<long>, bool> accepts, Action<IReadOnlyList<long>> takeShape) : Parameter(empty, true)
{
    /// <summary>Whether it still has no size.</summary>
    public bool IsWaiting { get; set; } = true;

    /// <summary>Whether weights of a shape can be loaded into a tensor.</summary>
    public static bool Fits(Tensor target, IReadOnlyList<long> shape) =>
        target is LazyParameter { IsWaiting: true } lazy ? lazy.Accepts(shape) : target.shape.SequenceEqual(shape);

    /// <summary>Whether its layer can take a shape.</summary>
    public bool Accepts(IReadOnlyList<long> shape) => accepts(shape);

    /// <summary>Gives all parameters of its layer the sizes that follow from this one's.</summary>
    public void TakeShape(IReadOnlyList<long> shape) => takeShape(shape);

    /// <exception cref="InvalidOperationException">A parameter has no size yet.</exception>
    public static void RefuseWaiting(IEnumerable<(string Name, Tensor Value)> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            if (value is LazyParameter { IsWaiting: true })
            {
                throw new InvalidOperationException(
                    $"'{name}' has no size yet: its lazy layer takes it from the first input. Call the network once with a batch, or load weights, and then make the "
                    + "optimizer, save or initialise.");
            }
        }
    }
}
