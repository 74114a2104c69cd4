namespace DeepLearningCourse.Data;

/// <summary>Samples at random, some more often than others: <see href="https://pytorch.org/docs/stable/data.html#torch.utils.data.WeightedRandomSampler">torch.utils.data.WeightedRandomSampler</see>.</summary>
/// <remarks>
/// For classes of very different sizes: with the weight 1 / (size of its class) for each sample, every class comes equally often.
/// Without replacement it draws as Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006).
/// </remarks>
/// <example>
/// <code>
/// var sizes = labels.CountBy(label =&gt; label).ToDictionary();
/// var sampler = new WeightedRandomSampler([.. labels.Select(label =&gt; 1.0 / sizes[label])], numSamples: labels.Length);
/// </code>
/// </example>
public sealed class WeightedRandomSampler : Sampler
{
    private readonly double[] weights;
    private readonly double[] cumulative;
    private readonly bool replacement;

    /// <summary>Takes samples at random.</summary>
    /// <param name="weights">How often each sample of the dataset comes in relation to the others; they need not add up to 1.</param>
    /// <param name="numSamples">How many samples an epoch takes.</param>
    /// <param name="replacement">Draw each anew from all of them; otherwise each comes once at most.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or too few are above 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">numSamples is below 1.</exception>
    public WeightedRandomSampler(IReadOnlyList<double> weights, long numSamples, bool replacement = true)
    {
        ArgumentNullException.ThrowIfNull(weights);

        if (numSamples < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(numSamples), $"numSamples is {numSamples}: an epoch takes at least 1 sample.");
        }

        (this.weights, this.replacement, Count) = ([.. weights], replacement, numSamples);
        cumulative = Cumulative(this.weights);
        var possible = this.weights.LongCount(weight => weight > 0);

        if (possible == 0 || (!replacement && possible < numSamples))
        {
            throw new ArgumentException(
                $"{possible} of {weights.Count} weights are above 0, and an epoch takes {numSamples} samples" +
                (replacement ? "." : ", each once at most. Use replacement: true, or fewer numSamples."));
        }
    }

    /// <inheritdoc/>
    public override long Count { get; }

    /// <inheritdoc/>
    public override long[] Order(long seed, long epoch)
    {
        return Drawn(seed, epoch) is { } drawn ? Whole(drawn) : WithoutReplacement(new SampleRandom(seed, epoch, -1));
    }

    internal override DrawnOrder? Drawn(long seed, long epoch) => !replacement ? null : new(Array.FindLastIndex(weights, weight => weight > 0), (first, indices) =>
    {
        var random = SplitMix64.Keyed(seed, epoch, -1).After(first);

        foreach (ref var index in indices)
        {
            index = Find(random.NextDouble() * cumulative[^1]);
        }
    });

    /// <summary>The first sample whose sum lies above a number: one of weight 0 adds nothing to the sum, so it is passed over.</summary>
    private long Find(double number)
    {
        var found = Array.BinarySearch(cumulative, number);
        var index = found < 0 ? ~found : found + 1;

        while (weights[index] == 0)
        {
            index++;
        }

        return index;
    }

    private long[] WithoutReplacement(SampleRandom random)
    {
        // In logarithms, as u^(1/w) of a small weight is 0 in floating point.
        var keys = Array.ConvertAll(weights, weight => weight == 0 ? double.NegativeInfinity : Math.Log(1 - random.NextDouble()) / weight);
        var indices = new SequentialSampler(weights.Length).Order(0, 0);
        Array.Sort(keys, indices);
        Array.Reverse(indices);
        return indices[..(int)Count];
    }

    private static double[] Cumulative(double[] weights)
    {
        var sums = new double[weights.Length];
        var sum = 0.0;

        for (var i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
            {
                throw new ArgumentException(FormattableString.Invariant($"The weight of sample {i} is {weights[i]}: weights are finite and not negative."));
            }

            sums[i] = sum += weights[i];
        }

        return double.IsFinite(sum) ? sums : throw new ArgumentException("The weights add up to infinity. Divide them by their largest.");
    }
}
