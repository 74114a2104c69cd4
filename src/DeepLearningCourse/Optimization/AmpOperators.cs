using System.Collections.Concurrent;
using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>The pass over all gradients that scaling needs: one operator of libtorch's, or TorchSharp's operations where it has none for the type.</summary>
internal static class AmpOperators
{
    private static readonly OperatorName CheckAndUnscale = new("aten::_amp_foreach_non_finite_check_and_unscale_"u8, ""u8);
    private static readonly ConcurrentDictionary<(DeviceType, ScalarType), bool> Known = [];

    /// <summary>Multiplies tensors in place, and says whether all they held was finite.</summary>
    /// <param name="tensors">Tensors of any sizes, devices and floating types.</param>
    /// <param name="factor">What to multiply by.</param>
    /// <returns>False if any number was NaN or infinite; all are multiplied even so.</returns>
    public static bool Unscale(IEnumerable<Tensor> tensors, float factor)
    {
        var finite = true;
        using var noGradients = no_grad();

        // By device and index: two objects for one device are not equal.
        foreach (var group in tensors.GroupBy(tensor => (tensor.device_type, tensor.device_index, tensor.dtype)))
        {
            Tensor[] alike = [.. group];
            finite &= Has(group.Key.device_type, group.Key.dtype) ? UnscaleByOperator(alike, factor) : UnscaleByOperations(alike, factor);
        }

        return finite;
    }

    /// <summary>In one pass of libtorch's.</summary>
    public static bool UnscaleByOperator(Tensor[] tensors, float factor)
    {
        using var scope = NewDisposeScope();
        var found = zeros(1, float32, tensors[0].device);
        Dispatcher.Call(CheckAndUnscale, new Arguments(tensors, found, full(1, factor, float32, tensors[0].device)));
        return found.item<float>() == 0;
    }

    /// <summary>The same by operations that every type has.</summary>
    public static bool UnscaleByOperations(Tensor[] tensors, float factor)
    {
        var finite = true;

        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            finite &= tensor.isfinite().all().item<bool>();
            _ = tensor.mul_(factor);
        }

        return finite;
    }

    private static bool Has(DeviceType device, ScalarType dtype) => Known.GetOrAdd((device, dtype), static key =>
    {
        using var scope = NewDisposeScope();
        var place = new Device(key.Item1);
        return Dispatcher.Has(CheckAndUnscale, new Arguments([zeros(1, key.Item2, place)], zeros(1, float32, place), ones(1, float32, place)));
    });

    private readonly struct Arguments(Tensor[] tensors, Tensor found, Tensor factor) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(tensors);
            stack.Push(found);
            stack.Push(factor);
        }
    }
}
