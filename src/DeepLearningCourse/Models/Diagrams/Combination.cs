using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Diagrams;

/// <summary>A computation of forward itself, recognized by its numbers.</summary>
/// <param name="Sign">What was done.</param>
/// <param name="Parts">With what.</param>
/// <param name="IsWhole">Whether nothing else was done after it.</param>
internal sealed record Combination(string Sign, IReadOnlyList<KnownTensor> Parts, bool IsWhole)
{
    // What is far behind is rarely joined; this bounds the work in networks of hundreds of layers.
    private const int Reach = 200;

    /// <summary>The known tensor with the same numbers in the same order, if there is one.</summary>
    public static KnownTensor? Copied(Tensor tensor, IReadOnlyList<KnownTensor> known)
    {
        if (!SaysSomething(tensor))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        return Comparable(tensor, known).FirstOrDefault(entry =>
            entry.Tensor.numel() == tensor.numel() && Equal(tensor, entry.Tensor.reshape(tensor.shape)));
    }

    /// <summary>The sum, product or concatenation that gave a tensor; null if it was something else.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="known">Those it may be made of.</param>
    /// <param name="isFresh">Whether nothing used what a node gave: one part must be fresh, or chance would find too much.</param>
    public static Combination? Of(Tensor tensor, IReadOnlyList<KnownTensor> known, Func<KnownTensor, bool> isFresh)
    {
        if (!SaysSomething(tensor))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var candidates = Comparable(tensor, known).ToList();
        return Pair(tensor, candidates, isFresh) ?? Concatenation(tensor, candidates, isFresh);
    }

    // Equal numbers all over, such as zeros, would fit anything.
    private static bool SaysSomething(Tensor tensor)
    {
        if (tensor.is_sparse || tensor.numel() < 2 || tensor.dtype == ScalarType.Bool || tensor.device_type == TorchSharp.DeviceType.META)
        {
            return false;
        }

        using var scope = NewDisposeScope();
        return !Equal(tensor, tensor.flatten()[0].expand(tensor.shape));
    }

    private static IEnumerable<KnownTensor> Comparable(Tensor tensor, IReadOnlyList<KnownTensor> known) =>
        known.Reverse().Take(Reach).Where(entry => entry.IsAlive && !entry.Tensor.is_sparse && Place(entry.Tensor) == Place(tensor));

    private static (ScalarType, TorchSharp.DeviceType, int) Place(Tensor tensor) => (tensor.dtype, tensor.device_type, tensor.device_index);

    private static Combination? Pair(Tensor tensor, List<KnownTensor> candidates, Func<KnownTensor, bool> isFresh)
    {
        foreach (var second in candidates.Where(isFresh))
        {
            foreach (var first in candidates.Where(first => first != second && Broadcast(first.Tensor, second.Tensor, tensor)))
            {
                if (Computation(tensor, first.Tensor, second.Tensor) is var (sign, isWhole))
                {
                    return new(sign, [first, second], isWhole);
                }
            }
        }

        return null;
    }

    private static (string Sign, bool IsWhole)? Computation(Tensor tensor, Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var sum = first + second;
        return Close(tensor, sum) ? ("+", true)
            : Close(tensor, first * second) ? ("×", true)
            : tensor.is_floating_point() && Close(tensor, sum.relu()) ? ("+", false)
            : null;
    }

    private static Combination? Concatenation(Tensor tensor, List<KnownTensor> candidates, Func<KnownTensor, bool> isFresh)
    {
        for (var dimension = 0; dimension < tensor.ndim; dimension++)
        {
            var parts = Pieces(tensor, dimension, candidates);

            if (parts is { Count: > 1 } && parts.Any(isFresh))
            {
                return new("cat", parts, true);
            }
        }

        return null;
    }

    /// <summary>The known tensors that lie side by side in a tensor; null if they leave a gap.</summary>
    private static List<KnownTensor>? Pieces(Tensor tensor, int dimension, List<KnownTensor> candidates)
    {
        List<KnownTensor> pieces = [];
        var at = 0L;

        while (at < tensor.shape[dimension])
        {
            var piece = candidates.FirstOrDefault(entry => Fits(entry.Tensor, tensor, dimension, at));

            if (piece is null)
            {
                return null;
            }

            pieces.Add(piece);
            at += piece.Tensor.shape[dimension];
        }

        return pieces;
    }

    private static bool Fits(Tensor part, Tensor whole, int dimension, long at)
    {
        var fits = part.ndim == whole.ndim
            && part.numel() > 0
            && at + part.shape[dimension] <= whole.shape[dimension]
            && Enumerable.Range(0, (int)part.ndim).All(d => d == dimension || part.shape[d] == whole.shape[d]);
        return fits && Equal(part, whole.narrow(dimension, at, part.shape[dimension]));
    }

    private static bool Broadcast(Tensor first, Tensor second, Tensor result)
    {
        var shape = result.shape;
        return first.ndim <= shape.Length && second.ndim <= shape.Length
            && Enumerable.Range(1, shape.Length).All(d => (Extent(first, d), Extent(second, d)) is var (a, b)
                && (a == shape[^d] || a == 1) && (b == shape[^d] || b == 1) && Math.Max(a, b) == shape[^d]);
    }

    private static long Extent(Tensor tensor, int fromEnd) => fromEnd <= tensor.ndim ? tensor.shape[^fromEnd] : 1;

    private static bool Equal(Tensor first, Tensor second) => first.eq(second).all().item<bool>();

    private static bool Close(Tensor first, Tensor second) => first.allclose(second);
}
