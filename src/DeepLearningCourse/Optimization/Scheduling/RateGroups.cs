using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Scheduling;

/// <summary>The groups of an optimizer as a schedule sees them: learning rates and momenta, read and set without garbage.</summary>
internal sealed class RateGroups
{
    // TorchSharp's groups have an initial rate from the start; PyTorch's get theirs from the first schedule. This is how a second schedule knows of the first.
    private static readonly ConditionalWeakTable<optim.ILearningRateController, object> Scheduled = [];

    private readonly optim.ILearningRateController[] groups;
    private readonly ICollection? live;

    public RateGroups(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);

        // TorchSharp's LBFGS reads the rate of the optimizer; that of its group is a copy which nothing reads.
        groups = optimizer is LBFGS own ? [own] : [.. optimizer.ParamGroups ?? []];
        live = optimizer is LBFGS ? null : optimizer.ParamGroups as ICollection;

        if (groups.Length == 0)
        {
            throw new ArgumentException($"{optimizer.GetType().Name} has no parameter groups, so there is no learning rate to change.", nameof(optimizer));
        }
    }

    public int Count => groups.Length;

    public bool HaveMomentum => groups.All(group => MomentumOf(group) is not null || BetasOf(group) is not null);

    public double this[int group]
    {
        get => groups[group].LearningRate;
        set => groups[group].LearningRate = double.IsFinite(value) && value >= 0 ? value : throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The schedule comes to a learning rate of {value} for group {group}. A learning rate is a finite number from 0 on: look at the schedule's factors and functions."));
    }

    /// <summary>Notes that a schedule has set the initial rate of a group, as a loaded PyTorch state with <c>initial_lr</c> says.</summary>
    public static void Keep(optim.ILearningRateController group) => Scheduled.TryAdd(group, group);

    public static bool IsKept(optim.ILearningRateController group) => Scheduled.TryGetValue(group, out _);

    /// <summary>The rates that a schedule made now begins with: those of the first schedule on these groups, or else the rates of now.</summary>
    public double[] Begun() => [.. groups.Select(group => IsKept(group) ? group.InitialLearningRate : group.LearningRate)];

    /// <summary>As <see cref="Begun()"/>, with other rates where there is no schedule yet.</summary>
    public double[] BegunOr(double[] rates) => [.. groups.Select((group, i) => IsKept(group) ? group.InitialLearningRate : rates[i])];

    public void KeepInitial(double[] rates)
    {
        for (var group = 0; group < groups.Length; group++)
        {
            groups[group].InitialLearningRate = rates[group];
            Keep(groups[group]);
        }
    }

    public double[] Rates() => [.. groups.Select(group => group.LearningRate)];

    public double Momentum(int group) =>
        BetasOf(groups[group]) is { } betas ? betas.Betas.Item1 : MomentumOf(groups[group])!.Momentum;

    public void SetMomentum(int group, double value)
    {
        if (BetasOf(groups[group]) is { } betas)
        {
            betas.Betas = (value, betas.Betas.Item2);
        }
        else
        {
            MomentumOf(groups[group])!.Momentum = value;
        }
    }

    public void RequireSameCount()
    {
        if (live is not null && live.Count != groups.Length)
        {
            throw new InvalidOperationException(
                $"The optimizer has {live.Count} parameter groups now and had {groups.Length} when the schedule was made. Add groups first, then make the schedule.");
        }
    }

    // An optimizer may keep them in the group or, as TorchSharp lets it, in the group's options.
    private static optim.IMomentum? MomentumOf(optim.ILearningRateController group) =>
        group as optim.IMomentum ?? (group as ParamGroup)?.Options as optim.IMomentum;

    private static optim.IBetas? BetasOf(optim.ILearningRateController group) =>
        group as optim.IBetas ?? (group as ParamGroup)?.Options as optim.IBetas;
}
