using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>A batch's tensor while it is filled, one row for each sample. The first sample decides the shape and the dtype.</summary>
internal sealed unsafe class RowBuffer(BatchMemory memory, string place)
{
    private Tensor? buffer;
    private nint data;
    private int capacity;
    private long rowLength;
    private long[] shape = [0];
    private ScalarType dtype;
    private long firstIndex;

    public void Begin(int samples)
    {
        Abort();
        capacity = samples;
    }

    /// <summary>Where a sample's numbers go.</summary>
    /// <exception cref="DataLoaderException">It is not of the shape and dtype of the first.</exception>
    public Span<byte> Row(int row, ReadOnlySpan<long> sampleShape, ScalarType sampleType, long index)
    {
        if (row == 0)
        {
            Open(sampleShape, sampleType, index);
        }
        else
        {
            RequireFit(sampleShape, sampleType, index);
        }

        return new Span<byte>((void*)(data + (nint)(row * rowLength)), checked((int)rowLength));
    }

    /// <summary>The same row as a view in the current DisposeScope.</summary>
    public Tensor RowTensor(int row) => buffer!.select(0, row);

    /// <summary>The first rows, as a tensor that belongs to the scope.</summary>
    public Tensor End(int count, DisposeScope scope)
    {
        var rows = buffer!;
        buffer = null;
        scope.Attach(rows);
        return count == capacity ? rows : rows.narrow(0, 0, count);
    }

    public void Abort()
    {
        buffer?.Dispose();
        buffer = null;
    }

    private void Open(ReadOnlySpan<long> sampleShape, ScalarType sampleType, long index)
    {
        // A first sample that was skipped afterwards left its buffer.
        buffer?.Dispose();
        buffer = null;

        if (shape.Length != sampleShape.Length + 1)
        {
            shape = new long[sampleShape.Length + 1];
        }

        shape[0] = capacity;
        sampleShape.CopyTo(shape.AsSpan(1));
        dtype = sampleType;
        firstIndex = index;
        rowLength = ElementType.Size(sampleType);

        foreach (var extent in sampleShape)
        {
            rowLength = checked(rowLength * extent);
        }

        buffer = memory.Rent(shape, sampleType, out data).DetachFromDisposeScope();
    }

    private void RequireFit(ReadOnlySpan<long> sampleShape, ScalarType sampleType, long index)
    {
        if (sampleType != dtype || !sampleShape.SequenceEqual(shape.AsSpan(1)))
        {
            throw new DataLoaderException(
                $"Sample {index} is {Shapes.Text(sampleShape)} of {sampleType}{place} and sample {firstIndex}, the first of its batch, is " +
                $"{Shapes.Text(shape.AsSpan(1))} of {dtype}: a batch stacks samples of one shape and dtype. Pad, crop or convert them in the " +
                "dataset, or have sequences padded by naming PaddedSequences as their type in the batch.", index);
        }
    }
}
