using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The tensors that a user's own iterator made and nobody disposes: the garbage collector is asked for them in time.</summary>
/// <remarks>
/// Whether an iterator yields a tensor again cannot be known, so none is disposed. The collector knows who still holds one, but not how large it is: TorchSharp does
/// not tell it. Here the bytes are counted, and it is started when much has come since the last time.
/// </remarks>
internal sealed class UnownedTensors : IDisposable
{
    /// <summary>How many bytes may wait for the collector.</summary>
    public const long Allowance = 64 << 20;

    // As little may be left over at the end without a look at whether somebody holds it.
    private const long Remainder = 4 << 20;

    // What a tensor costs besides its numbers.
    private const long Overhead = 1 << 10;

    private readonly ConditionalWeakTable<Tensor, object> known = new();
    private List<(WeakReference<Tensor> Tensor, long Bytes, bool WasMade)> waiting = [];
    private long bytes;
    private long limit = Allowance;

    /// <summary>Takes note of a tensor.</summary>
    /// <param name="tensor">It belongs to no DisposeScope that the iterator could not know of.</param>
    /// <param name="wasMade">Whether it was taken out of the caller's DisposeScope, where it goes at the end if it is still alive.</param>
    public void Add(Tensor tensor, bool wasMade)
    {
        if (tensor.IsInvalid || !known.TryAdd(tensor, this))
        {
            return;
        }

        var size = Overhead + (tensor.is_sparse ? 0 : tensor.numel() * tensor.element_size());
        waiting.Add((new WeakReference<Tensor>(tensor), size, wasMade));
        bytes += size;
    }

    /// <summary>Lets the collector run if much is waiting; what is still in use then may grow as much again before the next time.</summary>
    public void Collect()
    {
        if (bytes <= limit)
        {
            return;
        }

        Count();

        for (var generation = 0; generation <= GC.MaxGeneration && bytes > limit / 2; generation++)
        {
            CollectUpTo(generation);
        }

        limit = Math.Max(Allowance, 2 * bytes);
    }

    /// <summary>Gives what is still alive to the caller's DisposeScope, if there is one.</summary>
    public void Dispose()
    {
        if (bytes > Remainder)
        {
            CollectUpTo(0);
        }

        using var scope = NewDisposeScope();

        foreach (var (reference, _, wasMade) in waiting)
        {
            if (wasMade && reference.TryGetTarget(out var tensor) && !tensor.IsInvalid)
            {
                scope.Attach(tensor);
                scope.MoveToOuter(tensor);
            }
        }

        waiting = [];
    }

    private void CollectUpTo(int generation)
    {
        GC.Collect(generation);
        GC.WaitForPendingFinalizers();
        Count();
    }

    private void Count()
    {
        waiting = waiting.FindAll(static entry => entry.Tensor.TryGetTarget(out var tensor) && !tensor.IsInvalid);
        bytes = waiting.Sum(static entry => entry.Bytes);
    }
}
