using static TorchSharp.torch;

namespace DeepLearningCourse.Runtime.Guards;

/// <summary>What would make two tensors fit a matrix product.</summary>
internal static class MatmulAdvice
{
    private const string Transposed = "use transpose(-2, -1)";

    public static string? Of(Tensor first, Tensor second)
    {
        if (first.device_type != second.device_type)
        {
            return $"The first is on {first.device}, the second on {second.device}: move one with to(device).";
        }

        return Fit(first.shape, second.shape)
            ?? (first.dtype == second.dtype ? null : $"The first is of type {first.dtype}, the second of {second.dtype}: convert one with to_type.");
    }

    /// <summary>The sentence for shapes that do not fit; null if they do.</summary>
    public static string? Fit(long[] first, long[] second)
    {
        if (first.Length == 0 || second.Length == 0)
        {
            return "A single number has no rows and columns: multiply by it with *.";
        }

        var (columns, rows) = (first[^1], second.Length == 1 ? second[0] : second[^2]);

        if (columns != rows)
        {
            return $"The last extent of the first, {columns}, has to equal the {(second.Length == 1 ? "only" : "last but one")} extent of the second, {rows}."
                + Turned(first, second, columns, rows);
        }

        var (a, b) = (first.SkipLast(2).Reverse(), second.SkipLast(2).Reverse());
        return a.Zip(b).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1)
            ? null
            : "The extents before the last two count batches, and have to be equal or 1.";
    }

    private static string Turned(long[] first, long[] second, long columns, long rows)
    {
        if (second.Length > 1 && second[^1] == columns)
        {
            return $" The second fits transposed: {Transposed}.";
        }

        if (first.Length > 1 && first[^2] == rows)
        {
            return $" The first fits transposed: {Transposed}.";
        }

        long[] fitting = [.. second];
        fitting[second.Length == 1 ? 0 : ^2] = columns;
        return $" A second of [{string.Join(", ", fitting)}] would fit.";
    }
}
