using DeepLearningCourse.Data;
using DeepLearningCourse.Models.Printing;
using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Layers;

/// <summary>Divides by the root of the mean square over the last dimensions: a layer normalisation without mean and bias, as in Llama.</summary>
/// <remarks>
/// <para>y = x / √(mean(x²) + eps) · weight. Computed in float32 where the input has half precision.</para>
/// <para><see href="https://pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html"/>; Zhang and Sennrich, Root mean square layer normalization, 2019
/// (<see href="https://arxiv.org/abs/1910.07467"/>).</para>
/// </remarks>
/// <example>
/// <code>
/// public RMSNorm norm { get; } = new RMSNorm(512);
/// </code>
/// </example>
public sealed class RMSNorm : MyNeuralNetwork, IPrintedLayer
{
    private readonly long[] shape;
    private readonly long[] dimensions;

    /// <summary>Normalises the last dimension, with a weight.</summary>
    /// <param name="features">Its size.</param>
    /// <exception cref="ArgumentException">The size is not positive.</exception>
    public RMSNorm(long features)
        : this([features])
    {
    }

    /// <summary>Normalises the last dimensions.</summary>
    /// <param name="normalizedShape">Their sizes, in the order of the input: <c>[512]</c>.</param>
    /// <param name="eps">What is added to the mean square; null for the machine epsilon of the type it computes in, 1.2e-7 in float32.</param>
    /// <param name="elementwiseAffine">Whether there is a weight, of ones at first.</param>
    /// <exception cref="ArgumentException">There are no sizes, or one is not positive.</exception>
    public RMSNorm(long[] normalizedShape, double? eps = null, bool elementwiseAffine = true)
    {
        ArgumentNullException.ThrowIfNull(normalizedShape);

        if (normalizedShape.Length == 0 || normalizedShape.Any(extent => extent < 1))
        {
            throw new ArgumentException($"{Shapes.Text(normalizedShape)} is no shape to normalise: give the sizes of the last dimensions, for instance [512].", nameof(normalizedShape));
        }

        shape = [.. normalizedShape];
        dimensions = [.. shape.Select((_, i) => (long)i - shape.Length)];
        this.eps = eps;
        weight = elementwiseAffine ? nn.Parameter(ones(shape)) : null;
    }

    /// <summary>The sizes of the dimensions that are normalised.</summary>
    public IReadOnlyList<long> normalized_shape => shape;

    /// <summary>What is added to the mean square; null for the machine epsilon.</summary>
    public double? eps { get; }

    /// <summary>Whether there is a weight.</summary>
    public bool elementwise_affine => weight is not null;

    /// <summary>The weight, of the normalised shape; null without.</summary>
    public Parameter? weight { get; set; }

    string IPrintedLayer.PrintedName => nameof(RMSNorm);

    string IPrintedLayer.PrintedArguments =>
        Invariant($"{PythonText.Tuple(shape)}, eps={PythonText.Of(eps)}, elementwise_affine={PythonText.Of(elementwise_affine)}");

    /// <summary>Normalises.</summary>
    /// <param name="x">A tensor <c>[*, normalized_shape]</c>.</param>
    /// <returns>A tensor of the same shape and type.</returns>
    /// <exception cref="ArgumentException">The last dimensions have other sizes.</exception>
    public override Tensor forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);

        if (x.Dimensions < shape.Length || !x.shape.AsSpan((int)x.Dimensions - shape.Length).SequenceEqual(shape))
        {
            throw new ArgumentException($"{this} needs an input [*, {string.Join(", ", shape)}] and got {Shapes.Text(x)}.", nameof(x));
        }

        var type = x.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : x.dtype;
        var epsilon = eps ?? (type == ScalarType.Float64 ? double.BitIncrement(1) - 1 : MathF.BitIncrement(1) - 1);
        using var scope = NewDisposeScope();
        var wide = x.to(type);
        var result = wide * (wide.square().mean(dimensions, keepdim: true) + epsilon).rsqrt();
        var weighted = weight is null ? result : result * weight;
        return weighted.to(x.dtype).alias().MoveToOuterDisposeScope();
    }
}
