namespace DeepLearningCourse.Data;

/// <summary>The random numbers behind orders and splits: the same on every system and in every version of .NET.</summary>
/// <remarks>
/// SplitMix64 of Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014). Numbers below a bound
/// are drawn without bias by Lemire's method, "Fast random integer generation in an interval" (2019).
/// </remarks>
internal struct SplitMix64(ulong start)
{
    private ulong state = start;

    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>A generator for one stream (an epoch, a split) of a seed; neighbouring streams have nothing in common.</summary>
    public static SplitMix64 Keyed(long seed, long stream) =>
        new(Mix(Mix(unchecked((ulong)seed + Gamma)) + unchecked((ulong)stream)));

    /// <summary>A generator for one sample of one epoch.</summary>
    public static SplitMix64 Keyed(long seed, long epoch, long index) =>
        new(Mix(unchecked(Mix(Keyed(seed, epoch).state + Gamma) + (ulong)index)));

    /// <summary>Passes over numbers; a step for each, so that the n-th number is had without those before it.</summary>
    public readonly SplitMix64 After(long numbers) => new(unchecked(state + (Gamma * (ulong)numbers)));

    public ulong Next() => Mix(state += Gamma);

    /// <summary>From 0 to below 1, in steps of 2^-53.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    public long Below(long bound) => (long)Below((ulong)bound);

    public ulong Below(ulong range)
    {
        var high = Math.BigMul(Next(), range, out var low);

        if (low < range)
        {
            var threshold = unchecked(0 - range) % range;

            while (low < threshold)
            {
                high = Math.BigMul(Next(), range, out low);
            }
        }

        return high;
    }

    /// <summary>Fisher–Yates.</summary>
    public void Shuffle(Span<long> values)
    {
        for (var last = values.Length - 1; last > 0; last--)
        {
            var other = (int)Below(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    public static long[] Permutation(long count, long seed, long stream)
    {
        var order = SamplerChecks.NewOrder(count, "A shuffled order");

        for (long i = 0; i < count; i++)
        {
            order[i] = i;
        }

        Keyed(seed, stream).Shuffle(order);
        return order;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
