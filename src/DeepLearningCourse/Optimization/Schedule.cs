using DeepLearningCourse.Optimization.Scheduling;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>Changes the learning rate of an optimizer while it trains; made by <see cref="Schedules"/>.</summary>
/// <remarks>
/// <para>Call <see cref="Step()"/> after <c>optimizer.step()</c>, or once an epoch, or give the schedule to a Trainer. It works with this library's optimizers and with
/// TorchSharp's. <see href="https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"/></para>
/// <para>As in PyTorch, a schedule begins with the learning rates that the optimizer had when its first schedule was made, and sets those of step 0 at once.</para>
/// </remarks>
public abstract class Schedule
{
    private readonly Dictionary<string, string> options;
    private readonly optim.Optimizer optimizer;
    private Schedule? owner;

    private protected Schedule(optim.Optimizer optimizer, string kind, params ReadOnlySpan<(string Name, object? Value)> options)
    {
        Groups = new RateGroups(optimizer);
        this.optimizer = optimizer;
        this.options = OptionTexts.Of(options);
        Bases = Groups.Begun();
        Kind = kind;
    }

    /// <summary>The steps that were made.</summary>
    public long StepCount { get; private protected set; }

    /// <summary>The learning rate of each group: a copy, so it can be kept.</summary>
    public IReadOnlyList<double> LearningRates => Groups.Rates();

    /// <summary>Whether a step needs the value that is watched, as <see cref="Schedules.ReduceLROnPlateau"/> does.</summary>
    public virtual bool NeedsMetric => false;

    /// <summary>Where the schedule stands: a copy, which later steps leave alone.</summary>
    public ScheduleState State => new()
    {
        Kind = Kind,
        StepCount = StepCount,
        BaseLearningRates = Bases,
        LearningRates = LearningRates,
        Momenta = ChangesMomentum ? [.. Enumerable.Range(0, Groups.Count).Select(Groups.Momentum)] : [],
        Values = SaveValues(),
        Options = options,
        Schedules = [.. Inner.Select(schedule => schedule.State)],
    };

    private protected string Kind { get; }

    private protected RateGroups Groups { get; }

    /// <summary>The learning rates that the schedule began with.</summary>
    private protected double[] Bases { get; private set; }

    private protected virtual Schedule[] Inner => [];

    private protected virtual bool ChangesMomentum => false;

    /// <summary>Whether later schedules begin with the rates of this one; as in PyTorch, not those of a plateau.</summary>
    private protected virtual bool SetsInitialRates => true;

    /// <summary>One step of the schedule.</summary>
    /// <exception cref="InvalidOperationException">The schedule watches a value and needs it; it has come to its end; it is inside another one; it comes to a
    /// learning rate that is negative or no finite number; or the optimizer got further groups.</exception>
    public void Step()
    {
        if (NeedsMetric)
        {
            throw new InvalidOperationException($"{Kind} watches a value: call Step(value), for instance with the validation loss.");
        }

        Move(null);
    }

    /// <summary>One step of a schedule that watches a value.</summary>
    /// <param name="metric">The value, for instance the validation loss. NaN counts as not better.</param>
    /// <exception cref="InvalidOperationException">The schedule watches no value, or a step is refused as by <see cref="Step()"/>.</exception>
    public void Step(double metric)
    {
        if (!NeedsMetric)
        {
            throw new InvalidOperationException($"{Kind} watches no value: call Step().");
        }

        Move(metric);
    }

    /// <summary>Goes on where a schedule of the same kind and options stood; the optimizer gets its learning rates, and its momenta if the schedule changes them.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="ArgumentException">It is of another kind of schedule, of other options, or of an optimizer with another number of groups. Nothing was
    /// changed.</exception>
    /// <exception cref="InvalidOperationException">The schedule is inside another one.</exception>
    /// <remarks>
    /// The state of the optimizer may be loaded before or after. Functions are not part of a state: give the same ones. To go on with other options on purpose, give
    /// <c>state with { Options = schedule.State.Options }</c>.
    /// </remarks>
    public void Restore(ScheduleState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        RequireFree();
        Groups.RequireSameCount();
        var differences = StateDifferences.Between(state, State);

        if (differences.Count > 0)
        {
            throw new ArgumentException(
                $"This state does not fit the schedule: {string.Join("; ", differences)}. Make the schedule as it was when the state was saved.", nameof(state));
        }

        Take(state);

        for (var group = 0; group < Groups.Count; group++)
        {
            Groups[group] = state.LearningRates[group];
        }
    }

    /// <summary>The step itself.</summary>
    /// <param name="metric">The value that is watched; null if there is none.</param>
    internal abstract void Advance(double? metric);

    /// <summary>Begins at step 0 with what the learning rates are now: what PyTorch does when a schedule is made.</summary>
    internal abstract void Begin();

    /// <summary>Begins anew from the learning rates it was made with: what a sequence does when it comes to its next schedule.</summary>
    internal virtual void BeginAnew()
    {
        for (var group = 0; group < Groups.Count; group++)
        {
            Groups[group] = Bases[group];
        }

        Begin();
    }

    /// <summary>Refuses a step that cannot be made, before anything is changed.</summary>
    internal virtual void RequireNext()
    {
    }

    private protected virtual IReadOnlyDictionary<string, double> SaveValues() => new Dictionary<string, double>();

    private protected virtual void LoadValues(IReadOnlyDictionary<string, double> values)
    {
    }

    /// <summary>Begins with these rates, which later schedules on the optimizer begin with too.</summary>
    private protected void BeginWith(double[] bases)
    {
        Bases = bases;

        if (SetsInitialRates)
        {
            Groups.KeepInitial(bases);
        }
    }

    /// <summary>Takes schedules as its own: from now on they are stepped by this one.</summary>
    private protected void Own(IReadOnlyList<Schedule> schedules)
    {
        for (var i = 0; i < schedules.Count; i++)
        {
            var problem = schedules[i].optimizer != optimizer ? "was made from another optimizer. Make all of them from one"
                : schedules[i].owner is { } other ? $"is in a {other.Kind} already. Make another one"
                : schedules.Take(i).Contains(schedules[i]) ? "is there twice. Make another one"
                : null;

            if (problem is not null)
            {
                throw new ArgumentException($"Schedule {i} ({schedules[i].Kind}) of the {Kind} {problem}.", nameof(schedules));
            }
        }

        foreach (var schedule in schedules)
        {
            schedule.owner = this;
        }
    }

    private void Move(double? metric)
    {
        RequireFree();
        Groups.RequireSameCount();
        RequireNext();
        Advance(metric);
    }

    private void RequireFree()
    {
        if (owner is not null)
        {
            throw new InvalidOperationException($"This {Kind} is inside a {owner.Kind}, which makes its steps and keeps its state. Use that one.");
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
        BeginWith([.. state.BaseLearningRates]);

        for (var group = 0; group < state.Momenta.Count; group++)
        {
            Groups.SetMomentum(group, state.Momenta[group]);
        }
    }
}
