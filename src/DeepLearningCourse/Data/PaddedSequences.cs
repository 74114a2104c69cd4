using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>Sequences of different lengths in one tensor, filled up at their ends, and how long each is.</summary>
/// <param name="Values">The sequences, <c>[batch, longest, ...]</c>.</param>
/// <param name="Lengths">How long each one is without the filling, <c>[batch]</c>, int64.</param>
/// <remarks>
/// <para>As <see href="https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html">torch.nn.utils.rnn.pad_sequence</see>
/// with <c>batch_first=True</c>. A loader whose batch type has it in a place pads the samples' arrays or tensors, <c>[length, ...]</c>, with
/// zeros there. For another filling give the loader a collate function that calls <see cref="Pad"/>.</para>
/// <para>To waste less on filling, put sequences of like length together with a <see cref="BatchSampler"/>.</para>
/// </remarks>
/// <example>
/// <code>
/// using var loader = new DataLoader&lt;(PaddedSequences tokens, Tensor label)&gt;(data, batchSize: 32);
/// </code>
/// </example>
public sealed record PaddedSequences(Tensor Values, Tensor Lengths)
{
    /// <summary>Pads sequences by hand.</summary>
    /// <param name="sequences">The sequences, each <c>[length, ...]</c>, alike but for their length; at least one.</param>
    /// <param name="paddingValue">What the ends are filled with.</param>
    /// <returns>New tensors, of the sequences' dtype and device.</returns>
    /// <exception cref="ArgumentException">There is no sequence, or they differ in more than their length.</exception>
    public static PaddedSequences Pad(IReadOnlyList<Tensor> sequences, double paddingValue = 0)
    {
        ArgumentNullException.ThrowIfNull(sequences);

        if (sequences.Count == 0)
        {
            throw new ArgumentException("There is no sequence to pad.", nameof(sequences));
        }

        for (var i = 0; i < sequences.Count; i++)
        {
            RequireFit(sequences[i], sequences[0], i);
        }

        using var scope = NewDisposeScope();
        var lengths = sequences.Select(s => s.shape[0]).ToArray();
        var values = full([sequences.Count, lengths.Max(), .. sequences[0].shape[1..]], paddingValue, sequences[0].dtype, sequences[0].device);

        for (var i = 0; i < lengths.Length; i++)
        {
            values.select(0, i).narrow(0, 0, lengths[i]).copy_(sequences[i]);
        }

        return new(values.MoveToOuterDisposeScope(), tensor(lengths, device: values.device).MoveToOuterDisposeScope());
    }

    /// <summary>Where there is data and where there is filling.</summary>
    /// <returns>A new tensor <c>[batch, longest]</c>, bool, true where there is data.</returns>
    public Tensor Mask()
    {
        using var scope = NewDisposeScope();
        return arange(Values.shape[1], device: Values.device).unsqueeze(0).lt(Lengths.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    private static void RequireFit(Tensor sequence, Tensor first, int position)
    {
        if (sequence.dim() == 0 || sequence.dtype != first.dtype || !sequence.shape.AsSpan(1).SequenceEqual(first.shape.AsSpan(1)))
        {
            throw new ArgumentException(
                $"Sequence {position} is {Shapes.Text(sequence)} of {sequence.dtype} and the first is {Shapes.Text(first)} of {first.dtype}: each must be " +
                "[length, ...], and only the length may differ.");
        }
    }
}
