using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Tensors <c>[length, ...]</c> are padded to <c>[batch, longest, ...]</c>.</summary>
internal sealed class PaddedColumn(BatchMemory memory, string place) : Column<Tensor, PaddedSequences>
{
    private readonly List<Tensor> sequences = [];
    private readonly NumberColumn<long> lengths = new(memory, place);

    public override void Begin(int capacity)
    {
        Abort();
        lengths.Begin(capacity);
    }

    public override void Add(Tensor sample, int row, long index)
    {
        TensorChecks.RequireUsable(sample, place, index);
        RequireFit(sample, index);
        lengths.Add(sample.shape[0], row, index);
        Forget(row);
        sequences.Add(sample.alias().DetachFromDisposeScope());
    }

    public override PaddedSequences End(int count, DisposeScope scope)
    {
        Forget(count);
        var values = PaddedSequences.Pad(sequences).Values;
        Forget(0);
        return new PaddedSequences(values, lengths.End(count, scope));
    }

    public override void Abort()
    {
        Forget(0);
        lengths.Abort();
    }

    private void RequireFit(Tensor sample, long index)
    {
        var first = sequences.Count == 0 ? sample : sequences[0];

        if (sample.dim() == 0 || sample.dtype != first.dtype || !sample.shape.AsSpan(1).SequenceEqual(first.shape.AsSpan(1)))
        {
            throw new DataLoaderException(
                $"Sample {index} is {Shapes.Text(sample)} of {sample.dtype}{place} and the first of its batch is {Shapes.Text(first)} of {first.dtype}: to be " +
                "padded, each must be [length, ...], and only the length may differ.", index);
        }
    }

    private void Forget(int from)
    {
        for (var i = sequences.Count - 1; i >= from; i--)
        {
            sequences[i].Dispose();
            sequences.RemoveAt(i);
        }
    }
}
