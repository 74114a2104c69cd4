using Tensorboard;
using static TorchSharp.torch;

namespace DeepLearningCourse.TensorBoard;

/// <summary>Numbers counted in the buckets of TensorFlow and PyTorch's <c>add_histogram</c>.</summary>
internal static class HistogramBuckets
{
    private static readonly double[] Limits = MakeLimits();

    /// <summary>Counts the finite numbers.</summary>
    /// <returns>The buckets from the first to the last that is not empty, and an empty one before them, whose limit is their left one; null if there is no
    /// finite number.</returns>
    public static HistogramProto? Of(Tensor values)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var plain = values.detach();
        var dense = plain.is_sparse ? plain.to_dense() : plain;
        var numbers = dense.cpu().to(ScalarType.Float64).flatten();
        numbers = numbers[numbers.isfinite()];

        if (numbers.numel() == 0)
        {
            return null;
        }

        // Bucket i holds what lies from limit i to before limit i + 1; beyond the last limits, the outermost ones.
        var places = (bucketize(numbers, tensor(Limits), right: true) - 1).clamp(0, Limits.Length - 2);
        var counts = places.bincount(null, Limits.Length - 1).data<long>().ToArray();
        return Proto(numbers, counts);
    }

    private static HistogramProto Proto(Tensor numbers, long[] counts)
    {
        var first = Array.FindIndex(counts, count => count > 0);
        var last = Array.FindLastIndex(counts, count => count > 0);
        HistogramProto histogram = new()
        {
            Min = numbers.min().item<double>(),
            Max = numbers.max().item<double>(),
            Num = numbers.numel(),
            Sum = numbers.sum().item<double>(),
            SumSquares = numbers.square().sum().item<double>(),
        };
        histogram.BucketLimit.Add(Limits[first]);
        histogram.Bucket.Add(0);

        for (var i = first; i <= last; i++)
        {
            histogram.BucketLimit.Add(Limits[i + 1]);
            histogram.Bucket.Add(counts[i]);
        }

        return histogram;
    }

    private static double[] MakeLimits()
    {
        List<double> positive = [];

        for (var limit = 1e-12; limit < 1e20; limit *= 1.1)
        {
            positive.Add(limit);
        }

        return [.. positive.Select(limit => -limit).Reverse(), 0, .. positive];
    }
}
