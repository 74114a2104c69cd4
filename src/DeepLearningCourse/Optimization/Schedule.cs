using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>Changes the learning rate of an optimizer while it trains; made by <see cref="Schedules"/>.</summary>
/// <remarks>
/// Call <see cref="Step()"/> after <c>optimizer.step()</c>, or once an epoch, or give the schedule to a Trainer. It works with this library's optimizers and with
/// TorchSharp's. <see href="https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"/>
/// </remarks>
public abstract class Schedule
{
    private readonly optim.ILearningRateController[] groups;
    private readonly double[] bases;

    private protected Schedule(optim.Optimizer optimizer, string kind)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        groups = [.. optimizer.ParamGroups];
        bases = [.. groups.Select(group => group.InitialLearningRate)];
        Kind = kind;
    }

    /// <summary>The steps that were made.</summary>
    public long StepCount { get; private protected set; }

    /// <summary>The learning rate of each group.</summary>
    public IReadOnlyList<double> LearningRates => [.. groups.Select(group => group.LearningRate)];

    /// <summary>Whether a step needs the value that is watched, as <see cref="Schedules.ReduceLROnPlateau"/> does.</summary>
    public virtual bool NeedsMetric => false;

    /// <summary>Where the schedule stands.</summary>
    public ScheduleState State => new()
    {
        Kind = Kind,
        StepCount = StepCount,
        BaseLearningRates = [.. bases],
        LearningRates = LearningRates,
        Values = SaveValues(),
        Schedules = [.. Inner.Select(schedule => schedule.State)],
    };

    private protected string Kind { get; }

    private protected optim.ILearningRateController[] Groups => groups;

    /// <summary>The learning rates that the schedule began with.</summary>
    private protected double[] Bases => bases;

    private protected virtual IReadOnlyList<Schedule> Inner => [];

    /// <summary>One step of the schedule.</summary>
    /// <exception cref="InvalidOperationException">The schedule watches a value and needs it; or it has come to its end.</exception>
    public void Step()
    {
        if (NeedsMetric)
        {
            throw new InvalidOperationException($"{Kind} watches a value: call Step(value), for instance with the validation loss.");
        }

        Advance(null);
    }

    /// <summary>One step of a schedule that watches a value.</summary>
    /// <param name="metric">The value, for instance the validation loss.</param>
    /// <exception cref="InvalidOperationException">The schedule watches no value.</exception>
    public void Step(double metric)
    {
        if (!NeedsMetric)
        {
            throw new InvalidOperationException($"{Kind} watches no value: call Step().");
        }

        Advance(metric);
    }

    /// <summary>Goes on where a schedule of the same kind stood; the optimizer gets its learning rates. Functions are not part of a state: give the same ones.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="ArgumentException">It is of another kind of schedule, or of an optimizer with another number of groups. Nothing was changed.</exception>
    public void Restore(ScheduleState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Check(state);
        Take(state);
    }

    /// <summary>The step itself.</summary>
    /// <param name="metric">The value that is watched; null if there is none.</param>
    internal abstract void Advance(double? metric);

    /// <summary>Begins anew from the learning rates it was made with: what a sequence does when it comes to its next schedule.</summary>
    internal abstract void Begin();

    private protected virtual IReadOnlyDictionary<string, double> SaveValues() => new Dictionary<string, double>();

    private protected virtual void LoadValues(IReadOnlyDictionary<string, double> values)
    {
    }

    private void Check(ScheduleState state)
    {
        var problem = state.Kind != Kind ? $"it is of {state.Kind}, and this is {Kind}"
            : state.LearningRates.Count != groups.Length ? $"it has {state.LearningRates.Count} groups, and the optimizer has {groups.Length}"
            : state.Schedules.Count != Inner.Count ? $"it has {state.Schedules.Count} schedules inside, and this has {Inner.Count}"
            : null;

        if (problem is not null)
        {
            throw new ArgumentException($"This state does not fit the schedule: {problem}. Make the schedule as it was when the state was saved.", nameof(state));
        }

        foreach (var (schedule, inner) in Inner.Zip(state.Schedules))
        {
            schedule.Check(inner);
        }
    }

    private void Take(ScheduleState state)
    {
        foreach (var (schedule, inner) in Inner.Zip(state.Schedules))
        {
            schedule.Take(inner);
        }

        StepCount = state.StepCount;
        LoadValues(state.Values);

        for (var group = 0; group < groups.Length; group++)
        {
            bases[group] = state.BaseLearningRates[group];
            groups[group].LearningRate = state.LearningRates[group];
        }
    }
}
