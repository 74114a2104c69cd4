using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization.Scheduling;

namespace DeepLearningCourse.Optimization;

/// <summary>Compares a state with the optimizer that is to take it over, before anything is changed.</summary>
internal static class StateDictLoading
{
    /// <param name="state">The state.</param>
    /// <param name="groups">The optimizer's groups.</param>
    /// <param name="namesOf">The names that an optimizer with some options keeps for a parameter.</param>
    /// <param name="numbers">Those of the names that stand for single numbers, not for tensors of the parameter's shape.</param>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public static void Check(
        OptimizerStateDict state, IReadOnlyList<OptimizerGroup> groups, Func<UpdateOptions, IEnumerable<string>> namesOf, IReadOnlyCollection<string>? numbers = null)
    {
        if (state.ParamGroups.Count != groups.Count)
        {
            throw Wrong($"it has {state.ParamGroups.Count} groups of parameters and this optimizer has {groups.Count}");
        }

        var number = 0;

        for (var group = 0; group < groups.Count; group++)
        {
            var saved = NumbersOf(state, group);

            if (saved != groups[group].Parameters.Count)
            {
                throw Wrong($"its group {group} has {saved} parameters and this optimizer's has {groups[group].Parameters.Count}");
            }

            CheckRates(state, group, groups[group]);
            var names = namesOf(OptionsOf(state, group, groups[group])).ToList();

            for (var parameter = 0; parameter < saved; parameter++, number++)
            {
                CheckParameter(state, number, groups[group], parameter, names, numbers ?? []);
            }
        }
    }

    /// <summary>Gives a group the saved learning rate and options.</summary>
    public static void LoadOptions(OptimizerStateDict state, int index, OptimizerGroup group)
    {
        var saved = new PyTorchGroup(state.ParamGroups[index]);
        group.UntypedOptions = OptionsOf(state, index, group);
        group.LearningRate = saved.Number("lr", group.LearningRate);
        group.InitialLearningRate = saved.Number("initial_lr", group.InitialLearningRate);

        if (state.ParamGroups[index].ContainsKey("initial_lr"))
        {
            RateGroups.Keep(group);
        }
    }

    private static void CheckRates(OptimizerStateDict state, int index, OptimizerGroup group)
    {
        var saved = new PyTorchGroup(state.ParamGroups[index]);
        _ = saved.Number("initial_lr", group.InitialLearningRate);

        if (saved.Number("lr", group.LearningRate) is var lr && (!double.IsFinite(lr) || lr < 0))
        {
            throw Wrong(string.Create(CultureInfo.InvariantCulture, $"its group {index} has the learning rate {lr}, and one is a finite number from 0 on"));
        }
    }

    private static UpdateOptions OptionsOf(OptimizerStateDict state, int index, OptimizerGroup group)
    {
        var options = group.UntypedOptions.FromPyTorch(new PyTorchGroup(state.ParamGroups[index]));
        options.Validate();
        return options;
    }

    private static int NumbersOf(OptimizerStateDict state, int group) =>
        state.ParamGroups[group].GetValueOrDefault("params") is System.Collections.ICollection numbers
            ? numbers.Count
            : throw Wrong($"its group {group} does not say its 'params'");

    private static void CheckParameter(OptimizerStateDict state, int number, OptimizerGroup group, int parameter, List<string> names, IReadOnlyCollection<string> numbers)
    {
        if (!state.State.TryGetValue(number, out var tensors))
        {
            return;
        }

        var (name, shape) = (group.Names[parameter], group.Parameters[parameter].shape);
        var missing = names.Where(wanted => !tensors.ContainsKey(wanted)).ToList();

        if (missing.Count > 0)
        {
            throw Wrong($"for parameter '{name}' it has {string.Join(", ", tensors.Keys)}, and this optimizer needs {string.Join(", ", missing)} too");
        }

        foreach (var wanted in names)
        {
            var saved = tensors[wanted];

            if (numbers.Contains(wanted) ? saved.numel() != 1 : !saved.shape.SequenceEqual(shape))
            {
                throw Wrong($"for parameter '{name}' {Shapes.Text(shape)} its {wanted} has the shape {Shapes.Text(saved)}");
            }
        }
    }

    public static ArgumentException Wrong(string what) => new(
        $"This state does not fit the optimizer: {what}. Make the optimizer and the network as they were when the state was saved.");
}
