using DeepLearningCourse.Optimization.Scheduling;
using DeepLearningCourse.Optimization.StateFiles;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>The state of an optimizer in PyTorch's layout.</summary>
/// <remarks>
/// In the groups, Python's <c>int</c> is an int (a long if it has to be), <c>float</c> a double, <c>None</c> null, a tuple of two floats a <c>(double, double)</c>, any
/// other tuple a value tuple of objects, and a list a <see cref="List{T}"/>.
/// <see href="https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.state_dict.html"/>
/// </remarks>
public sealed class OptimizerStateDict : IDisposable
{
    private readonly SortedDictionary<int, IReadOnlyDictionary<string, Tensor>> state = [];
    private readonly List<IReadOnlyDictionary<string, object?>> groups = [];

    /// <summary>Makes a state from its parts, for instance those of a checkpoint.</summary>
    /// <param name="state">By the parameter's number, what is kept for it under PyTorch's names. The tensors belong to the new state.</param>
    /// <param name="paramGroups">The groups, each with <c>lr</c>, its options under PyTorch's names, and <c>params</c>: the numbers of its parameters.</param>
    public OptimizerStateDict(
        IReadOnlyDictionary<int, IReadOnlyDictionary<string, Tensor>> state, IEnumerable<IReadOnlyDictionary<string, object?>> paramGroups)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(paramGroups);
        groups.AddRange(paramGroups);

        foreach (var (parameter, tensors) in state)
        {
            this.state.Add(parameter, tensors);
        }
    }

    internal OptimizerStateDict(IReadOnlyList<OptimizerGroup> groups, Func<int, int, IReadOnlyDictionary<string, Tensor>?> stateOf)
    {
        var number = 0;

        for (var group = 0; group < groups.Count; group++)
        {
            List<int> numbers = [];

            for (var parameter = 0; parameter < groups[group].Parameters.Count; parameter++, number++)
            {
                numbers.Add(number);

                if (stateOf(group, parameter) is { } tensors)
                {
                    state.Add(number, tensors);
                }
            }

            this.groups.Add(Describe(groups[group], numbers));
        }
    }

    /// <summary>What is kept for each parameter that was trained, by its number, under PyTorch's names: for Adam <c>step</c>, <c>exp_avg</c>, <c>exp_avg_sq</c>.</summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<string, Tensor>> State => state;

    /// <summary>The groups: <c>lr</c>, the options under PyTorch's names, and <c>params</c>, the numbers of the parameters.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, object?>> ParamGroups => groups;

    /// <summary>Loads a state that <see cref="Save"/> wrote, or <c>torch.save</c> in Python.</summary>
    /// <param name="path">The file: <c>.safetensors</c>, or PyTorch's under any name.</param>
    /// <param name="root">Where in a checkpoint of PyTorch the optimizer's state is, with dots between keys, for instance <c>optimizers.generator</c>; null to take
    /// the file itself or a usual key such as <c>optimizer_state_dict</c>.</param>
    /// <returns>The state, on the processor; dispose it, or let a DisposeScope do it. Python's parameters are numbered by their order, counts of steps that are plain
    /// numbers there are tensors here, and None is left out.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="OptimizerFileException">It is damaged, or holds weights or something else than an optimizer's state.</exception>
    /// <exception cref="ArgumentException">A root is given for a file that is not PyTorch's.</exception>
    /// <remarks>A file of PyTorch is read as data: nothing in it is executed.</remarks>
    public static OptimizerStateDict Load(string path, string? root = null) => StateFormats.Load(path, root);

    /// <summary>Saves the state.</summary>
    /// <param name="path">The file, in the format of its ending: <c>.pt</c> or <c>.pth</c> as <c>torch.save(optimizer.state_dict(), path)</c> writes it, for
    /// <c>optimizer.load_state_dict(torch.load(path))</c>; <c>.safetensors</c> with tensors <c>state.0.exp_avg</c> and the groups as JSON in the metadata. It is
    /// written aside and renamed: an interrupted save leaves the old file.</param>
    /// <exception cref="ArgumentException">The name has another ending, or an option is of a type that Python does not have.</exception>
    /// <exception cref="NotSupportedException">The format has no place for a tensor's type.</exception>
    /// <exception cref="IOException">The file cannot be written; an older file of that name is left as it was.</exception>
    public void Save(string path) => StateFormats.Save(path, this);

    /// <summary>Disposes the tensors; the optimizer keeps its own.</summary>
    public void Dispose()
    {
        foreach (var tensor in state.Values.SelectMany(tensors => tensors.Values))
        {
            tensor.Dispose();
        }
    }

    private static Dictionary<string, object?> Describe(OptimizerGroup group, List<int> numbers)
    {
        Dictionary<string, object?> described = new() { ["lr"] = group.LearningRate };

        foreach (var (name, value) in group.UntypedOptions.ToPyTorch())
        {
            described[name] = value;
        }

        // As in PyTorch, the rate that schedules begin with is there once a schedule was.
        if (RateGroups.IsKept(group))
        {
            described["initial_lr"] = group.InitialLearningRate;
        }

        described["params"] = numbers;
        return described;
    }
}
