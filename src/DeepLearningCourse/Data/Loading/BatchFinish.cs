using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The last step of a batch, still on the worker: page-locked memory, the copy to the device, and a life of its own.</summary>
internal sealed class BatchFinish(bool pinMemory, Device? device)
{
    public void Apply<TBatch>(ref TBatch batch, DisposeScope scope) => Tensors<TBatch>.Replace(ref batch, tensor =>
    {
        var placed = pinMemory && !tensor.is_pinned() ? tensor.pin_memory() : tensor;
        placed = device is null ? placed : placed.to(device, non_blocking: pinMemory);

        // A tensor that is the dataset's, or the user's, stays so: the batch gets another view of it.
        return scope.Contains(placed) ? placed.DetachFromDisposeScope() : placed.alias().DetachFromDisposeScope();
    });
}
