using System.Numerics;

namespace DeepLearningCourse.Data;

/// <summary>Pixels as bytes turned into the numbers that a network takes.</summary>
public static class Pixels
{
    /// <summary>Scales bytes to 0..1 and normalises them: (pixel / 255 - mean) / std.</summary>
    /// <param name="pixels">The pixels of one channel, 0 to 255.</param>
    /// <param name="result">Where the numbers go, as many; for instance the span of a <see cref="SpanDataset{TFeature,TTarget}"/>.</param>
    /// <param name="mean">The channel's mean on the scale 0..1; 0 to leave it.</param>
    /// <param name="std">The channel's standard deviation on that scale; 1 to leave it.</param>
    /// <remarks>
    /// The numbers of torchvision's <see href="https://pytorch.org/vision/stable/generated/torchvision.transforms.Normalize.html">ToTensor and
    /// Normalize</see> but for rounding: it multiplies and adds once.
    /// </remarks>
    /// <exception cref="ArgumentException">result has another length than pixels.</exception>
    public static void Normalize(ReadOnlySpan<byte> pixels, Span<float> result, float mean = 0, float std = 1)
    {
        if (pixels.Length != result.Length)
        {
            throw new ArgumentException($"There are {pixels.Length} pixels and result has room for {result.Length}: the lengths must be equal.", nameof(result));
        }

        var (scale, bias) = (1 / (255 * std), -mean / std);
        var i = 0;

        for (; i <= pixels.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(pixels[i..]), out var low, out var high);
            Widened(low, result[i..], scale, bias);
            Widened(high, result[(i + Vector<ushort>.Count)..], scale, bias);
        }

        for (; i < pixels.Length; i++)
        {
            result[i] = (pixels[i] * scale) + bias;
        }
    }

    private static void Widened(Vector<ushort> numbers, Span<float> result, float scale, float bias)
    {
        Vector.Widen(numbers, out var low, out var high);
        ((Vector.ConvertToSingle(Vector.AsVectorInt32(low)) * scale) + new Vector<float>(bias)).CopyTo(result);
        ((Vector.ConvertToSingle(Vector.AsVectorInt32(high)) * scale) + new Vector<float>(bias)).CopyTo(result[Vector<float>.Count..]);
    }
}
