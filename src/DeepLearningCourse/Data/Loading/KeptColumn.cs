using TorchSharp;

namespace DeepLearningCourse.Data.Loading;

/// <summary>What is not stacked, such as text or tensors of different shapes, is kept in an array.</summary>
internal sealed class KeptColumn<T>(string place) : Column<T, T[]>
{
    private T[] kept = [];

    public override void Begin(int capacity)
    {
        Abort();
        kept = new T[capacity];
    }

    public override void Add(T sample, int row, long index)
    {
        Tensors<T>.Dispose(kept[row]);
        kept[row] = default!;
        var own = sample;
        Tensors<T>.Replace(ref own, tensor =>
        {
            TensorChecks.RequireUsable(tensor, place, index);
            return tensor.alias().DetachFromDisposeScope();
        });
        kept[row] = own;
    }

    public override T[] End(int count, DisposeScope scope)
    {
        var all = kept;
        kept = [];

        foreach (var sample in all)
        {
            Tensors<T>.ForEach(sample, scope.Attach);
        }

        return count == all.Length ? all : all[..count];
    }

    public override void Abort()
    {
        foreach (var sample in kept)
        {
            Tensors<T>.Dispose(sample);
        }

        kept = [];
    }
}
