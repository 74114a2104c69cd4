using DeepLearningCourse.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models.Layers;

/// <summary>Adds to each position of a sequence its sines and cosines, so that attention can tell positions apart, and then drops out.</summary>
/// <remarks>
/// <para>PE(pos, 2i) = sin(pos / 10000^(2i/d_model)), PE(pos, 2i+1) = cos(pos / 10000^(2i/d_model)). The table is a buffer: it goes with <c>to</c>, and is not
/// saved.</para>
/// <para>Vaswani et al., Attention is all you need, 2017 (<see href="https://arxiv.org/abs/1706.03762"/>), as in
/// <see href="https://pytorch.org/tutorials/beginner/transformer_tutorial.html">PyTorch's tutorial</see>.</para>
/// </remarks>
/// <example>
/// <code>
/// public PositionalEncoding positions { get; } = new PositionalEncoding(d_model: 64);
/// </code>
/// </example>
public sealed class PositionalEncoding : MyNeuralNetwork
{
    /// <summary>Makes the layer.</summary>
    /// <param name="d_model">The size of the vector at each position.</param>
    /// <param name="max_len">The longest sequence.</param>
    /// <param name="dropout">The probability with which an element of the sum is set to zero in training.</param>
    /// <param name="batchFirst">Whether sequences are <c>[batch, length, d_model]</c>; otherwise <c>[length, batch, d_model]</c>, as TorchSharp's transformers
    /// take them.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the probability is not from 0 to 1.</exception>
    public PositionalEncoding(long d_model, long max_len = 5000, double dropout = 0.1, bool batchFirst = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(d_model, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(max_len, 1);

        if (!(dropout >= 0 && dropout <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "The probability of dropout is from 0 to 1.");
        }

        this.batchFirst = batchFirst;
        this.dropout = nn.Dropout(dropout);
        pe = Table(max_len, d_model).DetachFromDisposeScope();
        register_buffer(nameof(pe), pe, persistent: false);
    }

    /// <summary>The table <c>[max_len, d_model]</c>.</summary>
    public Tensor pe { get; }

    /// <summary>The dropout after the sum.</summary>
    public Dropout dropout { get; }

    /// <summary>Whether the batch is the first dimension.</summary>
    public bool batchFirst { get; }

    /// <summary>Adds the positions.</summary>
    /// <param name="x">Sequences <c>[length, batch, d_model]</c>, with <c>batchFirst</c> <c>[batch, length, d_model]</c>; or one of them, <c>[length, d_model]</c>.</param>
    /// <returns>A tensor of the same shape.</returns>
    /// <exception cref="ArgumentException">The shape is another, or the sequence is longer than <c>max_len</c>.</exception>
    public override Tensor forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var length = LengthOf(x);
        using var scope = NewDisposeScope();
        var rows = pe.narrow(0, 0, length);
        var sum = x + (x.Dimensions == 3 && !batchFirst ? rows.unsqueeze(1) : rows);
        return dropout.call(sum).alias().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
    {
        // TorchSharp leaves out what is not saved, whatever it is asked for.
        var saved = base.named_buffers(recurse, include_nonpersistent);
        return include_nonpersistent ? saved.Append((nameof(pe), pe)) : saved;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);

        if (disposing)
        {
            pe.Dispose();
        }
    }

    private long LengthOf(Tensor x)
    {
        if (x.Dimensions is not (2 or 3) || x.shape[^1] != pe.shape[1])
        {
            var needed = batchFirst ? "[batch, length, " : "[length, batch, ";
            throw new ArgumentException($"The positional encoding needs {needed}{pe.shape[1]}] or [length, {pe.shape[1]}] and got {Shapes.Text(x)}.", nameof(x));
        }

        var length = x.Dimensions == 3 && batchFirst ? x.shape[1] : x.shape[0];
        return length <= pe.shape[0] ? length : throw new ArgumentException(
            $"The sequence of {Shapes.Text(x)} has {length} positions, and the positional encoding has {pe.shape[0]}. Make it with max_len: {length} or more, or cut the "
            + $"sequence{(batchFirst ? "" : "; if the batch comes first in your data, with batchFirst: true")}.", nameof(x));
    }

    // In float64, and rounded once: at late positions float32 loses digits of the angle.
    private static Tensor Table(long length, long size)
    {
        using var scope = NewDisposeScope();
        var positions = arange(length, dtype: ScalarType.Float64).unsqueeze(1);
        var even = arange(0, size, 2, dtype: ScalarType.Float64);
        var angles = positions * (even * (-Math.Log(10000) / size)).exp();

        // An odd size has one sine more than cosines.
        var pairs = stack([angles.sin(), angles.cos()], 2).reshape(length, 2 * even.numel());
        return pairs.narrow(1, 0, size).to(ScalarType.Float32).contiguous().clone().MoveToOuterDisposeScope();
    }
}
