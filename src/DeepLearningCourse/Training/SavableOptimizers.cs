using DeepLearningCourse.Optimization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Optimizers whose state can be written and read.</summary>
internal static class SavableOptimizers
{
    /// <exception cref="NotSupportedException">One is TorchSharp's own.</exception>
    public static void Require(IEnumerable<optim.Optimizer> optimizers)
    {
        if (optimizers.FirstOrDefault(optimizer => optimizer is not Optimizer) is { } foreign)
        {
            throw new NotSupportedException(
                $"{foreign.GetType().Name} is TorchSharp's own optimizer, whose state cannot be read. Make it with Optimizers, for instance Optimizers.Adam(model.parameters()), to save and resume a run.");
        }
    }
}
