using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>A tensor of whose rows batches are made.</summary>
internal sealed unsafe class RowSource(Tensor source)
{
    // From here on libtorch's own gathering, which several threads share, is faster than copying row by row. Workers share the
    // processor already: each would bring threads of its own to it.
    private const long SharedWork = 1 << 17;

    private readonly long[] shape = source.shape;
    private readonly ScalarType dtype = source.dtype;
    private readonly bool isPlain = source.device_type == DeviceType.CPU && source.is_contiguous() && !source.is_neg() && !source.is_conj();
    private readonly long rowLength = source.element_size() * source.shape.AsSpan(1).ToArray().Aggregate(1L, (product, extent) => product * extent);

    /// <summary>The rows <c>[indices, ...]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Tensor Gather(BatchRequest request)
    {
        RequireRows(request.Indices);
        return isPlain && (request.IsInWorker || rowLength * request.Indices.Length < SharedWork) ? Copied(request) : Selected(request);
    }

    private Tensor Copied(BatchRequest request)
    {
        Span<long> batchShape = stackalloc long[shape.Length];
        shape.CopyTo(batchShape);
        batchShape[0] = request.Indices.Length;
        var batch = request.Rent(batchShape, dtype, out var data);
        var from = (byte*)source.DataPointer();
        var to = (byte*)data;
        var length = (int)rowLength;

        foreach (var index in request.Indices)
        {
            new ReadOnlySpan<byte>(from + (index * length), length).CopyTo(new Span<byte>(to, length));
            to += length;
        }

        return batch;
    }

    private Tensor Selected(BatchRequest request)
    {
        using var index = request.Rent([request.Indices.Length], ScalarType.Int64, out var data);
        request.Indices.CopyTo(new Span<long>((void*)data, request.Indices.Length));
        using var there = source.device_type == DeviceType.CPU ? null : index.to(source.device);
        return source.index_select(0, there ?? index);
    }

    private void RequireRows(ReadOnlySpan<long> indices)
    {
        foreach (var index in indices)
        {
            if ((ulong)index >= (ulong)shape[0])
            {
                throw new ArgumentOutOfRangeException(nameof(indices), $"There is no sample {index}: the dataset has {shape[0]}, numbered from 0 to {shape[0] - 1}.");
            }
        }
    }
}
