namespace DeepLearningCourse.Data;

/// <summary>What samplers require of their arguments.</summary>
internal static class SamplerChecks
{
    public static long RequireCount(long count, string name) => count >= 0
        ? count
        : throw new ArgumentOutOfRangeException(name, $"{name} is {count}: a dataset has at least 0 samples.");

    public static int RequireBatchSize(int batchSize) => batchSize >= 1
        ? batchSize
        : throw new ArgumentOutOfRangeException(nameof(batchSize), $"batchSize is {batchSize}: a batch needs at least 1 sample.");
}
