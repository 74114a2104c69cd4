using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A layer's turn in a forward pass.</summary>
internal sealed class LayerStep(string path, nn.Module layer, IReadOnlyList<Tensor> inputs, int depth, LayerStep? parent)
{
    public string Path => path;

    public nn.Module Layer => layer;

    /// <summary>How many layers it was called inside of.</summary>
    public int Depth => depth;

    /// <summary>The layer that called it; null if the network did.</summary>
    public LayerStep? Parent => parent;

    /// <summary>The tensors that came: their shapes are kept, they themselves may be gone.</summary>
    public IReadOnlyList<Tensor> InputTensors => inputs;

    public IReadOnlyList<Tensor> OutputTensors { get; private set; } = [];

    public IReadOnlyList<long[]> Inputs { get; } = [.. inputs.Select(tensor => tensor.shape)];

    /// <summary>The first of what came that was no tensor any more, or never one; null if there was none. It is not among the inputs.</summary>
    public Tensor? Empty { get; init; }

    /// <summary>The shapes that went; null while it has not been left.</summary>
    public IReadOnlyList<long[]>? Outputs { get; private set; }

    /// <summary>The bytes of what went.</summary>
    public long OutputBytes { get; private set; }

    /// <summary>What was returned.</summary>
    public object? Result { get; private set; }

    /// <summary>The shape of the first tensor that came.</summary>
    public long[]? Input => Inputs.Count > 0 ? Inputs[0] : null;

    /// <summary>The shape of the first tensor that went.</summary>
    public long[]? Output => Outputs is { Count: > 0 } ? Outputs[0] : null;

    public ScalarType? Dtype { get; } = inputs.Count > 0 ? inputs[0].dtype : null;

    public Device? Device { get; } = inputs.Count > 0 ? inputs[0].device : null;

    public void Finish(object? result, IReadOnlyList<Tensor> outputs)
    {
        Result = result;
        OutputTensors = outputs;
        Outputs = [.. outputs.Select(tensor => tensor.shape)];
        OutputBytes = outputs.Sum(tensor => tensor.numel() * tensor.element_size());
    }
}
