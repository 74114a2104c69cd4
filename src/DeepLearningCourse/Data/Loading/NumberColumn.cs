using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Numbers become <c>[batch]</c>.</summary>
internal sealed class NumberColumn<T>(BatchMemory memory, string place) : Column<T, Tensor>
    where T : unmanaged
{
    private readonly RowBuffer rows = new(memory, place);
    private readonly ScalarType dtype = ElementType.Require(typeof(T));

    public override void Begin(int capacity) => rows.Begin(capacity);

    public override void Add(T sample, int row, long index) => MemoryMarshal.Write(rows.Row(row, [], dtype, index), sample);

    public override Tensor End(int count, DisposeScope scope) => rows.End(count, scope);

    public override void Abort() => rows.Abort();
}
