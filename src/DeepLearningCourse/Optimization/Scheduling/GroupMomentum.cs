using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>The momentum of a group: its own, or the first of its betas.</summary>
internal static class GroupMomentum
{
    public static void Set(optim.ILearningRateController group, double value)
    {
        switch (group)
        {
            case optim.IMomentum momentum:
                momentum.Momentum = value;
                break;
            case optim.IBetas betas:
                betas.Betas = (value, betas.Betas.Item2);
                break;
        }
    }

    /// <exception cref="ArgumentException">The optimizer has no momentum to change.</exception>
    public static void Require(optim.Optimizer optimizer, string kind)
    {
        if (!optimizer.ParamGroups.All(group => group is optim.IMomentum or optim.IBetas))
        {
            throw new ArgumentException(
                $"{kind} is to change the momentum too, and this optimizer has none. Give cycleMomentum: false, or take an optimizer with momentum or betas.", nameof(optimizer));
        }
    }
}
