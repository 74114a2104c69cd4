using System.Runtime.InteropServices;
using DeepLearningCourse.Data.Loading;
using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>A dataset whose samples are written straight into the batch: no tensor and no array per sample.</summary>
/// <typeparam name="TFeature">The numbers of the features: float, double, Half, byte, sbyte, short, int, long or bool.</typeparam>
/// <typeparam name="TTarget">The numbers of the target, likewise.</typeparam>
/// <remarks>
/// For samples that take work or memory to make, such as images, it is about twice as fast as a tensor per sample, and makes no
/// garbage. All samples have one shape.
/// </remarks>
/// <example>
/// <code>
/// sealed class Photos(byte[][] pixels, long[] labels) : SpanDataset&lt;float, long&gt;
/// {
///     public override long Count =&gt; labels.Length;
///     public override IReadOnlyList&lt;long&gt; FeatureShape { get; } = [3, 224, 224];
///     public override IReadOnlyList&lt;long&gt; TargetShape { get; } = [];
///
///     public override void CopyTo(long index, Span&lt;float&gt; features, Span&lt;long&gt; target)
///     {
///         for (var i = 0; i &lt; features.Length; i++)
///         {
///             features[i] = pixels[index][i] / 255f;
///         }
///
///         target[0] = labels[index];
///     }
/// }
/// </code>
/// </example>
public abstract class SpanDataset<TFeature, TTarget> : Dataset<(Tensor features, Tensor target)>
    where TFeature : unmanaged
    where TTarget : unmanaged
{
    /// <summary>The shape of one sample's features, without the batch dimension.</summary>
    public abstract IReadOnlyList<long> FeatureShape { get; }

    /// <summary>The shape of one sample's target; <c>[]</c> for a single number.</summary>
    public abstract IReadOnlyList<long> TargetShape { get; }

    /// <summary>Writes one sample.</summary>
    /// <param name="index">Which one, from 0 to <see cref="Dataset{TSample}.Count"/> - 1.</param>
    /// <param name="features">Where its features go, in the order of <see cref="FeatureShape"/>; what was there before is not cleared.</param>
    /// <param name="target">Where its target goes; not cleared either.</param>
    public abstract void CopyTo(long index, Span<TFeature> features, Span<TTarget> target);

    /// <inheritdoc/>
    public sealed override (Tensor features, Tensor target) this[long index]
    {
        get
        {
            var features = empty([.. FeatureShape], ElementType.Require(typeof(TFeature)));
            var target = empty([.. TargetShape], ElementType.Require(typeof(TTarget)));
            CopyTo(index, MemoryMarshal.Cast<byte, TFeature>(features.bytes), MemoryMarshal.Cast<byte, TTarget>(target.bytes));
            return (features, target);
        }
    }

    internal sealed override unsafe int Gather(BatchRequest request, out (Tensor features, Tensor target) batch)
    {
        var features = request.Rent([request.Indices.Length, .. FeatureShape], ElementType.Require(typeof(TFeature)), out var featureData);
        var targets = request.Rent([request.Indices.Length, .. TargetShape], ElementType.Require(typeof(TTarget)), out var targetData);
        var (featureLength, targetLength) = (Length(FeatureShape), Length(TargetShape));
        var count = 0;

        for (var i = 0; i < request.Indices.Length; i++)
        {
            request.Begin(i);

            try
            {
                CopyTo(
                    request.Indices[i],
                    new Span<TFeature>((TFeature*)featureData + ((long)count * featureLength), featureLength),
                    new Span<TTarget>((TTarget*)targetData + ((long)count * targetLength), targetLength));
                count++;
            }
            catch (Exception exception)
            {
                request.Failed(i, exception);
            }
        }

        batch = count == request.Indices.Length ? (features, targets) : (features.narrow(0, 0, count), targets.narrow(0, 0, count));
        return count;
    }

    private static int Length(IReadOnlyList<long> shape) => checked((int)shape.Aggregate(1L, (product, extent) => checked(product * extent)));
}
