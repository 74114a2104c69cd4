using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Picks rows of a tensor by number, as <see cref="Splits"/> hands them out.</summary>
public static class TensorRows
{
    /// <summary>Copies the rows of a tensor that are asked for, in that order.</summary>
    /// <param name="tensor">The tensor, <c>[rows, ...]</c>, any dtype.</param>
    /// <param name="rows">Row numbers from 0; a row may be asked for twice.</param>
    /// <returns>A new tensor <c>[rows.Length, ...]</c> of the same dtype and device.</returns>
    /// <exception cref="ArgumentException">The tensor has no dimensions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has no such row.</exception>
    public static Tensor TakeRows(this Tensor tensor, ReadOnlySpan<long> rows)
    {
        ArgumentNullException.ThrowIfNull(tensor);

        if (tensor.dim() == 0)
        {
            throw new ArgumentException("The tensor is a single number, of shape []: it has no rows to take.", nameof(tensor));
        }

        var count = tensor.shape[0];

        foreach (var row in rows)
        {
            if (row < 0 || row >= count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(rows), $"There is no row {row}: the tensor, of shape {Shapes.Text(tensor)}, has {count}, numbered from 0 to {count - 1}.");
            }
        }

        using var index = torch.tensor(rows.ToArray(), device: tensor.device);
        return tensor.index_select(0, index);
    }
}
