using TorchSharp.Modules;

namespace DeepLearningCourse.Models.Summaries;

/// <summary>How many multiplications a layer adds up in one call.</summary>
internal static class LayerCost
{
    /// <summary>For a layer without layers inside.</summary>
    public static long MultiplyAdds(LayerStep step)
    {
        if (step.Input is not { } input || step.Output is not { } output || step.Layer is Embedding or EmbeddingBag)
        {
            return 0;
        }

        var weights = step.Layer.named_parameters().Select(entry => entry.parameter).Where(parameter => parameter.Dimensions >= 2).ToList();
        return step.Layer switch
        {
            _ when weights.Count == 0 => 0,
            Linear linear => Count(output) * linear.in_features,
            Convolution convolution when IsTransposed(convolution) => Count(input) * PerPosition(weights[0]),
            Convolution => Count(output) * PerPosition(weights[0]),
            Bilinear bilinear => Count(output) * bilinear.in1_features * bilinear.in2_features,
            MultiheadAttention => Attention(step),
            _ => Count(input) / Math.Max(1, input[^1]) * weights.Sum(weight => weight.numel()),
        };
    }

    // A convolution's weight is [out, in / groups, kernel...], a transposed one's [in, out / groups, kernel...].
    private static long PerPosition(Parameter weight) => Count(weight.shape.AsSpan(1));

    private static bool IsTransposed(Convolution convolution) => convolution is ConvTranspose1d or ConvTranspose2d or ConvTranspose3d;

    // Projections of queries, keys and values and of the result, and the two products of attention itself.
    private static long Attention(LayerStep step)
    {
        var query = step.Inputs[0];
        var key = step.Inputs.Count > 1 ? step.Inputs[1] : query;
        var positions = Count(query) / query[^1];
        var square = query[^1] * query[^1];
        var keys = Count(key) / key[^1];
        var batch = query.Length == 3 ? Math.Max(1, Math.Min(query[1], key[1])) : 1;
        return (2 * positions * square) + (2 * keys * square) + (2 * positions * (keys / batch) * query[^1]);
    }

    private static long Count(ReadOnlySpan<long> shape)
    {
        var count = 1L;

        foreach (var extent in shape)
        {
            count *= extent;
        }

        return count;
    }
}
