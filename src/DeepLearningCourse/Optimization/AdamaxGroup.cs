using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>A group whose betas a schedule may change.</summary>
internal sealed class AdamaxGroup(ParameterGroup source, AdamaxOptions options) : OptimizerGroup<AdamaxOptions>(source, options), optim.IBetas
{
    public (double, double) Betas
    {
        get => (Options.Beta1, Options.Beta2);
        set => Options = Options with { Beta1 = value.Item1, Beta2 = value.Item2 };
    }
}
