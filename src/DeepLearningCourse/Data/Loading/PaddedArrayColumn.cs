using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Arrays of numbers are padded to <c>[batch, longest]</c>.</summary>
internal sealed unsafe class PaddedArrayColumn<T>(BatchMemory memory, string place) : Column<T[], PaddedSequences>
    where T : unmanaged
{
    private readonly ScalarType dtype = ElementType.Require(typeof(T));
    private readonly NumberColumn<long> lengths = new(memory, place);
    private T[][] sequences = [];

    public override void Begin(int capacity)
    {
        sequences = new T[capacity][];
        lengths.Begin(capacity);
    }

    public override void Add(T[] sample, int row, long index)
    {
        sequences[row] = sample ?? throw TensorChecks.Nothing("an array", place, index);
        lengths.Add(sample.Length, row, index);
    }

    public override PaddedSequences End(int count, DisposeScope scope)
    {
        var longest = sequences.AsSpan(0, count).ToArray().Max(s => s.Length);
        var values = memory.Rent([count, longest], dtype, out var data);
        var rows = new Span<T>((void*)data, checked(count * longest));
        rows.Clear();

        for (var i = 0; i < count; i++)
        {
            sequences[i].CopyTo(rows[(i * longest)..]);
        }

        sequences = [];
        return new PaddedSequences(values, lengths.End(count, scope));
    }

    public override void Abort()
    {
        sequences = [];
        lengths.Abort();
    }
}
