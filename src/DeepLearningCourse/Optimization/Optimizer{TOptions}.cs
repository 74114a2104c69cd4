using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization.Updates;

namespace DeepLearningCourse.Optimization;

/// <summary>An optimizer whose groups have options of one type.</summary>
/// <typeparam name="TOptions">The options, for instance <see cref="AdamOptions"/>.</typeparam>
public sealed class Optimizer<TOptions> : Optimizer
    where TOptions : UpdateOptions
{
    private readonly UpdateRule<TOptions> rule;
    private readonly List<OptimizerGroup<TOptions>> groups;
    private readonly List<GroupState<TOptions>> states;

    /// <param name="rule">How parameters change.</param>
    /// <param name="groups">The parameters with their learning rates.</param>
    /// <param name="options">The options of every group at first.</param>
    /// <param name="gatherBelow">Parameters of fewer elements are updated together, where no operator of libtorch takes a list of them.</param>
    internal Optimizer(
        UpdateRule<TOptions> rule, IEnumerable<ParameterGroup> groups, TOptions options, long gatherBelow = ParameterBlock.UsuallyGatheredBelow)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.rule = rule;
        this.groups = [.. OptimizerGroups.Checked(groups).Select(group => rule.MakeGroup(group, options))];
        states = this.groups.ConvertAll(group => new GroupState<TOptions>(rule, group, gatherBelow));
    }

    /// <summary>The groups of parameters, each with its learning rate and options.</summary>
    public new IReadOnlyList<OptimizerGroup<TOptions>> Groups => groups;

    private protected override IReadOnlyList<OptimizerGroup> UntypedGroups => groups;

    /// <inheritdoc/>
    public override OptimizerStateDict state_dict() => new(groups, (group, parameter) => states[group].StateOf(parameter));

    /// <inheritdoc/>
    public override void load_state_dict(OptimizerStateDict state)
    {
        ArgumentNullException.ThrowIfNull(state);
        StateDictLoading.Check(state, groups, options => rule.StateNames((TOptions)options), [.. rule.NumberNames]);
        var index = 0;

        for (var group = 0; group < groups.Count; group++)
        {
            StateDictLoading.LoadOptions(state, group, groups[group]);

            for (var parameter = 0; parameter < groups[group].Parameters.Count; parameter++)
            {
                states[group].Load(parameter, state.State.GetValueOrDefault(index++));
            }
        }
    }

    private protected override void Update()
    {
        foreach (var state in states)
        {
            state.Update();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            states?.ForEach(state => state.Dispose());
        }

        base.Dispose(disposing);
    }
}
