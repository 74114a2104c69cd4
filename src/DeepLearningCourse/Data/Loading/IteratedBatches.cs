using System.Collections;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Batches of a user's own sequence, gone through without keeping alive what nobody holds.</summary>
/// <remarks>
/// What the sequence makes while it moves on would belong to the DisposeScope around the loop and stay until its end. It is taken out of it and left to whoever
/// holds it: the sequence itself, a list of its, or nobody (<see cref="UnownedTensors"/>). Tensors from before are not touched, and none is disposed here.
/// </remarks>
/// <param name="data">The sequence.</param>
internal sealed class IteratedBatches<TBatch>(IEnumerable<TBatch> data) : IEnumerable<TBatch>, IDisposable
{
    private readonly UnownedTensors tensors = new();

    // A loader looks after its batches itself; those of a list are there before.
    public IEnumerator<TBatch> GetEnumerator() => data is DataLoader<TBatch> or List<TBatch> or TBatch[] ? data.GetEnumerator() : new Loop(this);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => tensors.Dispose();

    private sealed class Loop(IteratedBatches<TBatch> owner) : IEnumerator<TBatch>
    {
        private readonly Making making = new(owner.tensors);
        private IEnumerator<TBatch>? batches;

        public TBatch Current { get; private set; } = default!;

        object? IEnumerator.Current => Current;

        public bool MoveNext()
        {
            Current = default!;
            owner.tensors.Collect();
            making.Begin();

            try
            {
                batches ??= owner.Begin();
                if (!batches.MoveNext())
                {
                    return false;
                }

                Current = batches.Current;
            }
            finally
            {
                making.End();
            }

            Tensors<TBatch>.ForEach(Current, tensor => owner.tensors.Add(tensor, wasMade: false));
            return true;
        }

        public void Reset() => throw new NotSupportedException();

        public void Dispose()
        {
            Current = default!;
            making.Begin();

            try
            {
                batches?.Dispose();
            }
            finally
            {
                making.End();
            }
        }
    }

    private IEnumerator<TBatch> Begin() => data.GetEnumerator();

    /// <summary>The DisposeScope around a move, out of which all tensors go.</summary>
    private sealed class Making(UnownedTensors tensors)
    {
        private TorchSharp.DisposeScope? scope;

        public void Begin() => scope ??= NewDisposeScope();

        /// <summary>Ends the scope, unless the sequence has opened one of its own and left it open while it waits: then it stays until that is closed.</summary>
        public void End()
        {
            if (scope is null || !IsInnermost())
            {
                return;
            }

            foreach (var made in scope.DisposablesView)
            {
                if (made is Tensor tensor)
                {
                    scope.Detach(tensor);
                    tensors.Add(tensor, wasMade: true);
                }
                else
                {
                    scope.MoveToOuter(made);
                }
            }

            scope.Dispose();
            scope = null;
        }

        // TorchSharp does not say which scope is the innermost: what leaves a new one shows it.
        private bool IsInnermost()
        {
            using var probe = NewDisposeScope();
            using var mark = probe.MoveToOuter(empty(0));
            return scope!.Contains(mark);
        }
    }
}
