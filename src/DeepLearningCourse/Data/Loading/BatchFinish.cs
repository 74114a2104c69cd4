using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The last step of a batch, still on the worker: page-locked memory, the copy to the device, and a life of its own. For one thread.</summary>
internal sealed class BatchFinish
{
    private readonly bool pinMemory;
    private readonly Device? device;

    // Made once: a batch should leave no garbage behind.
    private readonly Func<Tensor, Tensor> place;
    private DisposeScope scope = null!;

    public BatchFinish(bool pinMemory, Device? device)
    {
        (this.pinMemory, this.device) = (pinMemory, device);
        place = Place;
    }

    /// <summary>The same for another thread.</summary>
    public BatchFinish ForThread() => new(pinMemory, device);

    public void Apply<TBatch>(ref TBatch batch, DisposeScope made)
    {
        scope = made;
        Tensors<TBatch>.Replace(ref batch, place);
    }

    private Tensor Place(Tensor tensor)
    {
        var placed = pinMemory && !tensor.is_pinned() ? tensor.pin_memory() : tensor;
        placed = device is null ? placed : placed.to(device, non_blocking: pinMemory);

        // A tensor that is the dataset's, or the user's, stays so: the batch gets another view of it.
        return scope.Contains(placed) ? placed.DetachFromDisposeScope() : placed.alias().DetachFromDisposeScope();
    }
}
