using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>The tensors over a row of gathered parameters.</summary>
internal sealed class UpdateTensors(Tensor parameter, Tensor gradient, Tensor[] state, SlotTensors[] slots) : IDisposable
{
    private readonly SlotTensors[] slots = slots;

    public Tensor Parameter { get; } = parameter;

    public Tensor Gradient { get; } = gradient;

    public Tensor[] State { get; } = state;

    /// <summary>Whether they lie over these slots: other options may ask for others.</summary>
    public bool IsOver(SlotTensors[] others) => slots.AsSpan().SequenceEqual(others);

    public void Dispose()
    {
        Parameter.Dispose();
        Gradient.Dispose();

        foreach (var tensor in State)
        {
            tensor.Dispose();
        }
    }
}
