using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Tensors from arrays and spans of numbers.</summary>
internal static class ArrayTensors
{
    /// <summary>Copies an array of any rank, or an array of arrays of one length, into a tensor of the same shape and dtype.</summary>
    public static Tensor FromArray(Array array, string name)
    {
        var jagged = array.GetType().GetElementType()!.IsArray;
        var element = jagged ? array.GetType().GetElementType()!.GetElementType()! : array.GetType().GetElementType()!;

        if (ElementType.Of(element) is not { } dtype || (jagged && array.Rank > 1))
        {
            throw new ArgumentException(
                $"{name} is {array.GetType().Name}, and a tensor holds numbers: give an array of one of {string.Join(", ", ElementType.Supported.Select(t => t.Name))}.");
        }

        return jagged ? FromRows(array, dtype, name) : FromOne(array, dtype);
    }

    /// <summary>Copies numbers into a tensor.</summary>
    public static Tensor FromSpan<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var result = empty(shape.ToArray(), ElementType.Require(typeof(T)));
        MemoryMarshal.AsBytes(numbers).CopyTo(result.bytes);
        return result;
    }

    private static Tensor FromOne(Array array, ScalarType dtype)
    {
        var result = empty([.. Enumerable.Range(0, array.Rank).Select(array.GetLongLength)], dtype);
        Bytes(array, dtype).CopyTo(result.bytes);
        return result;
    }

    private static Tensor FromRows(Array rows, ScalarType dtype, string name)
    {
        var length = rows.Length == 0 ? 0 : RowAt(rows, 0, name).Length;
        var result = empty([rows.Length, length], dtype);
        var rowLength = length * ElementType.Size(dtype);

        for (var i = 0; i < rows.Length; i++)
        {
            var row = RowAt(rows, i, name);

            if (row.Length != length)
            {
                throw new ArgumentException($"Row {i} of {name} has {row.Length} numbers and row 0 has {length}: all rows must be of one length.");
            }

            Bytes(row, dtype).CopyTo(result.bytes[(i * rowLength)..]);
        }

        return result;
    }

    private static Array RowAt(Array rows, int i, string name) =>
        (Array?)rows.GetValue(i) ?? throw new ArgumentException($"Row {i} of {name} is null: each sample needs its numbers.");

    private static ReadOnlySpan<byte> Bytes(Array array, ScalarType dtype) =>
        MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), checked(array.Length * ElementType.Size(dtype)));
}
