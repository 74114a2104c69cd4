using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The batch that a loop has been handed and that is disposed when the loop moves on, unless it is kept.</summary>
internal sealed class CurrentBatch<TBatch>
{
    private TBatch batch = default!;
    private bool owned;

    public void Set(TBatch next) => (batch, owned) = (next, true);

    /// <summary>Gives the batch to the caller if it is the one: its tensors go to the current DisposeScope, if there is one.</summary>
    public bool TryKeep(TBatch wanted)
    {
        if (!owned || !IsSame(wanted))
        {
            return false;
        }

        owned = false;
        using var scope = torch.NewDisposeScope();
        Tensors<TBatch>.ForEach(batch, tensor => scope.MoveToOuter(Attached(scope, tensor)));
        return true;
    }

    public void Dispose()
    {
        if (!owned)
        {
            return;
        }

        owned = false;
        Tensors<TBatch>.Dispose(batch);
        (batch as IDisposable)?.Dispose();
        batch = default!;
    }

    private static torch.Tensor Attached(DisposeScope scope, torch.Tensor tensor)
    {
        scope.Attach(tensor);
        return tensor;
    }

    private bool IsSame(TBatch wanted)
    {
        torch.Tensor? mine = null, theirs = null;
        Tensors<TBatch>.ForEach(batch, tensor => mine ??= tensor);
        Tensors<TBatch>.ForEach(wanted, tensor => theirs ??= tensor);
        return mine is null ? Equals(batch, wanted) : ReferenceEquals(mine, theirs);
    }
}
