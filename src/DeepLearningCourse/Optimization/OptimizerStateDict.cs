using DeepLearningCourse.Optimization.Scheduling;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>The state of an optimizer in PyTorch's layout.</summary>
/// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.state_dict.html"/></remarks>
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

    /// <summary>Reads a state that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The state, on the processor; the caller's to dispose.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="Models.WeightFileException">It is no state of an optimizer, or damaged.</exception>
    public static OptimizerStateDict Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return OptimizerStateFile.Read(path);
    }

    /// <summary>Saves the state: tensors named <c>state.0.exp_avg</c> and the groups as JSON in the metadata. It is written aside and renamed, so that an
    /// interrupted save leaves the old file.</summary>
    /// <param name="path">The file, ending in <c>.safetensors</c>.</param>
    /// <exception cref="ArgumentException">The name has another ending.</exception>
    /// <exception cref="IOException">The file cannot be written; an older one of that name is left as it was.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OptimizerStateFile.Write(this, path);
    }

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
