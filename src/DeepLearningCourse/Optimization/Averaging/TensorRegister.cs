using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>The tensors of one network, read anew only when the network holds others.</summary>
/// <remarks>A layer may have been replaced, and TorchSharp's <c>to</c> puts new parameters in the places of the old. Looking whether they are the same costs a small part of <c>state_dict</c>, which makes every name anew.</remarks>
internal sealed class TensorRegister(nn.Module model)
{
    private List<Tensor> known = [];
    private List<Tensor> found = [];
    private NetworkTensors? tensors;

    /// <summary>The network's tensors as they are now.</summary>
    public NetworkTensors Read()
    {
        found.Clear();
        Collect(model);

        if (tensors is null || !Same())
        {
            tensors = NetworkTensors.Of(model);
            (known, found) = (found, known);
        }

        return tensors;
    }

    private bool Same()
    {
        if (found.Count != known.Count)
        {
            return false;
        }

        for (var i = 0; i < found.Count; i++)
        {
            if (!ReferenceEquals(found[i], known[i]) || found[i].IsInvalid)
            {
                return false;
            }
        }

        return true;
    }

    private void Collect(nn.Module module)
    {
        // First the children: asking for them brings the lists of a MyNeuralNetwork up to date.
        foreach (var (_, child) in module.named_children())
        {
            Collect(child);
        }

        var (parameters, buffers) = (Parameters(module), Buffers(module));

        for (var i = 0; i < parameters.Count; i++)
        {
            found.Add(parameters[i].Item2);
        }

        for (var i = 0; i < buffers.Count; i++)
        {
            found.Add(buffers[i].Item2.Item1);
        }
    }

    // The public listings make a set at each layer.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_params")]
    private static extern ref OrderedDict<string, Parameter> Parameters(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    private static extern ref OrderedDict<string, (Tensor, bool)> Buffers(nn.Module module);
}
