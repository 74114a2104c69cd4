using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>A group whose momentum a schedule may change.</summary>
internal sealed class RMSpropGroup(ParameterGroup source, RMSpropOptions options) : OptimizerGroup<RMSpropOptions>(source, options), optim.IMomentum
{
    public double Momentum
    {
        get => Options.Momentum;
        set => Options = Options with { Momentum = value };
    }
}
