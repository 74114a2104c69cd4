using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Copies chosen rows of a tensor into a batch.</summary>
internal static unsafe class RowCopy
{
    /// <summary>The rows <c>[indices, ...]</c>, in the loader's memory if they come from the processor's.</summary>
    public static Tensor Gather(Tensor source, BatchRequest request)
    {
        if (source.device_type != DeviceType.CPU || !source.is_contiguous() || source.is_neg() || source.is_conj())
        {
            return source.TakeRows(request.Indices);
        }

        var shape = source.shape;
        var rows = shape[0];
        shape[0] = request.Indices.Length;
        var batch = request.Rent(shape, source.dtype, out var target);
        var rowLength = ElementType.Size(source.dtype);

        for (var i = 1; i < shape.Length; i++)
        {
            rowLength = checked(rowLength * (int)shape[i]);
        }

        Copy((byte*)source.DataPointer(), (byte*)target, rowLength, rows, request.Indices);
        return batch;
    }

    private static void Copy(byte* source, byte* target, int rowLength, long rows, ReadOnlySpan<long> indices)
    {
        foreach (var index in indices)
        {
            if ((ulong)index >= (ulong)rows)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), $"There is no sample {index}: the dataset has {rows}, numbered from 0 to {rows - 1}.");
            }

            new ReadOnlySpan<byte>(source + (index * rowLength), rowLength).CopyTo(new Span<byte>(target, rowLength));
            target += rowLength;
        }
    }
}
