using static TorchSharp.torch;

namespace DeepLearningCourse.Data;

/// <summary>
/// Random numbers for one sample, fixed by the loader's seed, the epoch and the sample's index: an augmentation that draws from it
/// gives the same picture whichever worker makes it, and another one in the next epoch.
/// </summary>
/// <remarks>
/// <para>Python's workers draw from generators of their own, so their numbers depend on <c>num_workers</c>; these do not.</para>
/// <para>SplitMix64 of Steele, Lea and Flood (OOPSLA 2014), the same on every system.</para>
/// </remarks>
/// <example>
/// <code>
/// public override (Tensor features, Tensor target) this[long index]
/// {
///     get
///     {
///         var noise = torch.randn(10, generator: SampleRandom.Current.Generator);
///         return (X[index] + 0.1 * noise, y[index]);
///     }
/// }
/// </code>
/// </example>
public sealed class SampleRandom : Random
{
    [ThreadStatic]
    private static SampleRandom? current;

    // What a sample draws nothing from is not worked out.
    private (long Seed, long Epoch, long Index)? begins;
    private SplitMix64 keyed;
    private Generator? generator;
    private bool generatorIsKeyed;

    /// <summary>Starts the numbers of one sample.</summary>
    /// <param name="seed">The loader's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="index">The sample's index in the dataset.</param>
    public SampleRandom(long seed, long epoch, long index)
        : base(0) => Begin(seed, epoch, index);

    /// <summary>The numbers of the sample that this thread is reading for a <see cref="DataLoader{TBatch}"/>.</summary>
    /// <remarks>Outside a loader, numbers whose seed is drawn, once per thread, from torch's default generator.</remarks>
    public static SampleRandom Current => current ??= new SampleRandom(SeedSource.Draw(), 0, 0);

    /// <summary>A torch generator of this sample, for <c>torch.rand(..., generator: SampleRandom.Current.Generator)</c>.</summary>
    public Generator Generator
    {
        get
        {
            generator ??= new Generator();

            if (!generatorIsKeyed)
            {
                generatorIsKeyed = true;
                generator.manual_seed((long)(Numbers.Next() >> 1));
            }

            return generator;
        }
    }

    private ref SplitMix64 Numbers
    {
        get
        {
            if (begins is var (seed, epoch, index))
            {
                keyed = SplitMix64.Keyed(seed, epoch, index);
                begins = null;
            }

            return ref keyed;
        }
    }

    /// <inheritdoc/>
    public override int Next() => (int)Numbers.Below(int.MaxValue);

    /// <inheritdoc/>
    public override int Next(int maxValue) => Next(0, maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    /// <inheritdoc/>
    public override long NextInt64() => Numbers.Below(long.MaxValue);

    /// <inheritdoc/>
    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    /// <inheritdoc/>
    public override long NextInt64(long minValue, long maxValue)
    {
        if (minValue > maxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(minValue), $"minValue is {minValue} and maxValue {maxValue}: the first may not be the larger.");
        }

        return minValue == maxValue ? minValue : unchecked(minValue + (long)Numbers.Below((ulong)(maxValue - minValue)));
    }

    /// <inheritdoc/>
    public override double NextDouble() => Numbers.NextDouble();

    /// <inheritdoc/>
    public override float NextSingle() => (Numbers.Next() >> 40) * (1.0f / (1 << 24));

    /// <summary>A number of the normal distribution with mean 0 and standard deviation 1 (Box and Muller, 1958).</summary>
    /// <returns>Any finite number.</returns>
    public double NextGaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    /// <inheritdoc/>
    public override void NextBytes(Span<byte> buffer)
    {
        for (var i = 0; i < buffer.Length; i++)
        {
            buffer[i] = (byte)(Numbers.Next() >> 56);
        }
    }

    /// <summary>Makes these the thread's numbers, until the result is disposed.</summary>
    internal static Place Use(SampleRandom random)
    {
        var before = current;
        current = random;
        return new Place(before);
    }

    internal void Begin(long seed, long epoch, long index)
    {
        begins = (seed, epoch, index);
        generatorIsKeyed = false;
    }

    /// <inheritdoc/>
    protected override double Sample() => NextDouble();

    /// <summary>Puts the thread's former numbers back.</summary>
    internal readonly ref struct Place(SampleRandom? before)
    {
        public void Dispose() => current = before;
    }
}
