using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>The memory that a loader's batches are written into, used again once a batch is gone.</summary>
/// <remarks>
/// libtorch itself says when the last tensor that shares a block lets go of it: a batch that was kept, or that a graph still needs,
/// keeps its memory. So nothing is ever overwritten under the user's hands.
/// </remarks>
internal sealed unsafe class BatchMemory : IDisposable
{
    // In front of each block stands whose it is and how long; 64 bytes, which keeps the data where vector instructions like it.
    private const int HeaderLength = 64;

    private static readonly ConcurrentDictionary<long, WeakReference<BatchMemory>> Owners = new();
    private static long lastOwner;

    private readonly Lock gate = new();
    private readonly List<nint> idle = [];
    private readonly int idleLimit;
    private readonly long owner = Interlocked.Increment(ref lastOwner);
    private bool disposed;

    /// <summary>Prepares; <paramref name="idleLimit"/> is how many blocks at most wait to be used again.</summary>
    public BatchMemory(int idleLimit)
    {
        this.idleLimit = idleLimit;
        Owners[owner] = new WeakReference<BatchMemory>(this);
    }

    ~BatchMemory() => Release();

    /// <summary>A tensor in the current DisposeScope, contiguous, whose contents are whatever was there, and where its data begins.</summary>
    public Tensor Rent(ReadOnlySpan<long> shape, ScalarType dtype, out nint data)
    {
        var length = (nuint)ElementType.Size(dtype);

        foreach (var extent in shape)
        {
            length = checked(length * (nuint)extent);
        }

        data = Take(length);

        try
        {
            return ForeignMemory.Tensor(data, shape, dtype, &Return);
        }
        catch
        {
            Free(data);
            throw;
        }
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Release();
    }

    private nint Take(nuint length)
    {
        lock (gate)
        {
            for (var i = idle.Count - 1; i >= 0; i--)
            {
                var capacity = HeaderOf(idle[i])->Capacity;

                if (capacity >= length && capacity <= (2 * length) + 4096)
                {
                    var block = idle[i];
                    idle.RemoveAt(i);
                    return block;
                }
            }
        }

        var header = (Header*)NativeMemory.AlignedAlloc(checked(length + HeaderLength), HeaderLength);
        header->Owner = owner;
        header->Capacity = length;
        return (nint)header + HeaderLength;
    }

    private void Release()
    {
        Owners.TryRemove(owner, out _);

        lock (gate)
        {
            disposed = true;
            idle.ForEach(Free);
            idle.Clear();
        }
    }

    private bool TryKeep(nint data)
    {
        lock (gate)
        {
            if (disposed)
            {
                return false;
            }

            if (idle.Count >= idleLimit)
            {
                // Batches change their size: what has waited longest fits least.
                if (idleLimit == 0)
                {
                    return false;
                }

                Free(idle[0]);
                idle.RemoveAt(0);
            }

            idle.Add(data);
            return true;
        }
    }

    [UnmanagedCallersOnly]
    private static void Return(nint data)
    {
        if (!Owners.TryGetValue(HeaderOf(data)->Owner, out var reference) || !reference.TryGetTarget(out var memory) || !memory.TryKeep(data))
        {
            Free(data);
        }
    }

    private static Header* HeaderOf(nint data) => (Header*)(data - HeaderLength);

    private static void Free(nint data) => NativeMemory.AlignedFree(HeaderOf(data));

    private struct Header
    {
        public long Owner;
        public nuint Capacity;
    }
}
