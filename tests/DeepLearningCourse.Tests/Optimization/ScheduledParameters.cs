using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>Two parameters in two groups, with learning rates 0.5 and 0.02 as in make_schedules.py.</summary>
internal sealed class ScheduledParameters : IDisposable
{
    private readonly Line model = new();

    public IEnumerable<Parameter> All => model.parameters();

    /// <summary>The optimizer of this library, or TorchSharp's.</summary>
    public optim.Optimizer Make(bool ours, bool adam = false, double momentum = 0.9)
    {
        var groups = model.ParameterGroups(0.02, ("*weight", 0.5));
        return (ours, adam) switch
        {
            (true, true) => Optimizers.Adam(groups, new()),
            (true, false) => Optimizers.SGD(groups, new() { Momentum = momentum }),
            (false, true) => new Adam(groups.For<Adam.ParamGroup>()),
            (false, false) => optim.SGD(groups.For<SGD.ParamGroup>(), 1, momentum),
        };
    }

    public static double[] Momenta(optim.Optimizer optimizer) =>
        [.. optimizer.ParamGroups.Select(group => group is optim.IMomentum own ? own.Momentum : ((optim.IBetas)group).Betas.Item1)];

    /// <summary>Steps from one number to another; a plateau is given values that fall slower and slower.</summary>
    public static void Run(Schedule schedule, int from, int to)
    {
        for (var t = from; t < to; t++)
        {
            if (schedule.NeedsMetric)
            {
                schedule.Step(new[] { 1.0, 0.9, 0.8, 0.8, 0.8, 0.8, 0.79995, 0.7, 0.7, 0.7 }[t % 10] - (0.01 * (t / 20)));
            }
            else
            {
                schedule.Step();
            }
        }
    }

    public void Dispose() => model.Dispose();
}
