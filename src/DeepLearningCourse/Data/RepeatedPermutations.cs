namespace DeepLearningCourse.Data;

/// <summary>One permutation after the other, each a shuffle of the one before: only the last is kept.</summary>
/// <remarks>Going on is cheap; going back begins anew. For one thread.</remarks>
internal sealed class RepeatedPermutations(long count, long seed, long epoch)
{
    private SplitMix64 random;
    private long[] current = [];
    private long made;

    /// <summary>Writes the indices from number <paramref name="first"/> on.</summary>
    public void Read(long first, Span<long> indices)
    {
        while (!indices.IsEmpty)
        {
            GoTo(first / count);
            var part = current.AsSpan((int)(first % count));
            part = part[..Math.Min(part.Length, indices.Length)];
            part.CopyTo(indices);
            indices = indices[part.Length..];
            first += part.Length;
        }
    }

    private void GoTo(long permutation)
    {
        if (made == 0 || permutation < made - 1)
        {
            (random, current, made) = (SplitMix64.Keyed(seed, epoch), new SequentialSampler(count).Order(0, 0), 0);
        }

        for (; made <= permutation; made++)
        {
            random.Shuffle(current);
        }
    }
}
