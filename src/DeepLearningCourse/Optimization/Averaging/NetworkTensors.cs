using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>The parameters and saved buffers of a network as they are now, each once.</summary>
internal sealed class NetworkTensors
{
    private NetworkTensors(List<(string Name, Tensor Value)> items, List<(string Name, int Place)> names) => (Items, Names) = (items, names);

    /// <summary>Each tensor once, under its first name.</summary>
    public List<(string Name, Tensor Value)> Items { get; }

    /// <summary>Every name of <c>state_dict</c> with the place of its tensor in <see cref="Items"/>: tied weights have several.</summary>
    public List<(string Name, int Place)> Names { get; }

    /// <summary>Reads a network. Tensors that were disposed are left out.</summary>
    public static NetworkTensors Of(nn.Module model)
    {
        var state = model.state_dict();
        List<(string, Tensor)> items = new(state.Count);
        List<(string, int)> names = new(state.Count);
        Dictionary<nint, int> places = new(state.Count);

        foreach (var (name, value) in state)
        {
            if (value.IsInvalid)
            {
                continue;
            }

            if (places.TryAdd(TensorIdentity.Of(value), items.Count))
            {
                items.Add((name, value));
            }

            names.Add((name, places[TensorIdentity.Of(value)]));
        }

        return new NetworkTensors(items, names);
    }

    /// <summary>The tensors at some places.</summary>
    public Tensor[] At(int[] places) => Array.ConvertAll(places, place => Items[place].Value);

    /// <summary>Whether a tensor is trained by optimizers; buffers are not.</summary>
    public bool IsParameter(int place) => Items[place].Value is Parameter;
}
