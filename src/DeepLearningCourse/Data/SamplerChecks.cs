namespace DeepLearningCourse.Data;

/// <summary>What samplers require of their arguments.</summary>
internal static class SamplerChecks
{
    public static long RequireCount(long count, string name) => count >= 0
        ? count
        : throw new ArgumentOutOfRangeException(name, $"{name} is {count}: a dataset has at least 0 samples.");

    /// <summary>Room for an order as a whole.</summary>
    public static long[] NewOrder(long count, string sampler) => count <= Array.MaxLength ? new long[count] : throw new InvalidOperationException(
        $"{sampler} takes {count} samples in an epoch, and an array has room for {Array.MaxLength}. Give the sampler to a DataLoader, which draws an order with "
        + "replacement where it needs it; other orders have to fit in memory.");

    /// <summary>How many batches some samples make.</summary>
    /// <exception cref="ArgumentException">More than an int counts.</exception>
    public static int BatchesOf(long samples, int batchSize, bool dropLast)
    {
        var batches = (samples / batchSize) + (dropLast || samples % batchSize == 0 ? 0 : 1);
        return batches <= int.MaxValue ? (int)batches : throw new ArgumentException(
            $"An epoch of {samples} samples has {batches} batches of {batchSize}, and a loader counts up to {int.MaxValue}. Use a larger batchSize, or fewer samples to an epoch.");
    }

    public static int RequireBatchSize(int batchSize) => batchSize >= 1
        ? batchSize
        : throw new ArgumentOutOfRangeException(nameof(batchSize), $"batchSize is {batchSize}: a batch needs at least 1 sample.");
}
