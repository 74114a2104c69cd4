using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Arrays of numbers, of any rank, become <c>[batch, ...]</c>: the numbers are copied straight into the batch.</summary>
internal sealed class ArrayColumn<TArray>(BatchMemory memory, string place) : Column<TArray, Tensor>
    where TArray : class
{
    private readonly RowBuffer rows = new(memory, place);
    private readonly ScalarType dtype = ElementType.Require(typeof(TArray).GetElementType()!);
    private readonly int elementSize = ElementType.Size(ElementType.Require(typeof(TArray).GetElementType()!));

    public override void Begin(int capacity) => rows.Begin(capacity);

    public override void Add(TArray sample, int row, long index)
    {
        var array = sample as Array ?? throw TensorChecks.Nothing("an array", place, index);
        Span<long> shape = stackalloc long[array.Rank];

        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = array.GetLength(i);
        }

        ref var first = ref MemoryMarshal.GetArrayDataReference(array);
        MemoryMarshal.CreateReadOnlySpan(ref first, checked(array.Length * elementSize)).CopyTo(rows.Row(row, shape, dtype, index));
    }

    public override Tensor End(int count, DisposeScope scope) => rows.End(count, scope);

    public override void Abort() => rows.Abort();
}
