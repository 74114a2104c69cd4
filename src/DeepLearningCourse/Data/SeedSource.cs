using TorchSharp;

namespace DeepLearningCourse.Data;

/// <summary>Seeds for those who gave none, so that <c>torch.manual_seed</c> decides them.</summary>
internal static class SeedSource
{
    public static long Draw()
    {
        using var drawn = torch.randint(long.MaxValue, new long[] { 1 }, dtype: torch.int64).DetachFromDisposeScope();
        return drawn.ReadCpuInt64(0);
    }
}
