using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>The rows of each class.</summary>
internal static class LabelRows
{
    /// <summary>The row numbers of each class, in their order; classes in ascending order.</summary>
    /// <exception cref="ArgumentException">labels is not [rows].</exception>
    public static SortedDictionary<double, List<long>> ByClass(Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(labels);

        if (labels.dim() != 1)
        {
            throw new ArgumentException(
                $"labels is {Shapes.Text(labels)} and must be [rows], one class number for each row. Use squeeze(1) on [rows, 1], or argmax(1) on one-hot labels.");
        }

        using var scope = NewDisposeScope();
        var classes = new SortedDictionary<double, List<long>>();
        long row = 0;

        foreach (var label in labels.detach().to(float64, CPU).contiguous().data<double>().ToArray())
        {
            if (!classes.TryGetValue(label, out var rows))
            {
                classes.Add(label, rows = []);
            }

            rows.Add(row++);
        }

        return classes;
    }
}
