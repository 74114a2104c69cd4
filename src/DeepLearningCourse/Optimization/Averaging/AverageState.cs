using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Averaging;

/// <summary>The saved form of averages: the entries of PyTorch's <c>AveragedModel.state_dict()</c>, so that Python can go on from it.</summary>
internal static class AverageState
{
    private const string UpdatesKey = "n_averaged";
    private const string WeightPrefix = "module.";

    /// <summary>The entries: each average and the number of updates.</summary>
    public static Dictionary<string, Tensor> Of(IReadOnlyDictionary<string, Tensor> weights, Tensor updates) =>
        new(weights.Select(entry => KeyValuePair.Create(WeightPrefix + entry.Key, entry.Value))) { [UpdatesKey] = updates };

    /// <summary>How many updates are in a state.</summary>
    /// <exception cref="ArgumentException">It does not say.</exception>
    public static long UpdatesOf(IReadOnlyDictionary<string, Tensor> state)
    {
        using var scope = NewDisposeScope();
        return state.TryGetValue(UpdatesKey, out var number) && number.numel() == 1 && number.to(ScalarType.Int64).item<long>() is >= 0 and var updates
            ? updates
            : throw new ArgumentException(
                $"The state of a WeightAverage says in '{UpdatesKey}' how many updates were made, one number from 0 on, and this one does not. Pass what State gave.", nameof(state));
    }

    /// <summary>Takes the averages of a state, all or none.</summary>
    /// <exception cref="WeightsMismatchException">Names or shapes differ.</exception>
    public static void CopyTo(AveragedTensors averages, IReadOnlyDictionary<string, Tensor> state, string networkName)
    {
        var targets = averages.ByName.ToDictionary(entry => WeightPrefix + entry.Key, entry => entry.Value);
        var missing = targets.Keys.Where(key => !state.ContainsKey(key)).ToList();
        var unexpected = state.Keys.Where(key => key != UpdatesKey && !targets.ContainsKey(key)).ToList();
        var misshapen = targets.Keys.Except(missing).Where(key => !targets[key].shape.AsSpan().SequenceEqual(state[key].shape)).ToList();

        if (missing.Count + unexpected.Count + misshapen.Count > 0)
        {
            IEnumerable<string> lines =
            [
                $"The state of the averages does not fit {networkName}; nothing was restored.",
                .. missing.Select(key => $"missing: {key} {Shapes.Text(targets[key])}"),
                .. unexpected.Select(key => $"unexpected: {key} {Shapes.Text(state[key])}"),
                .. misshapen.Select(key => $"wrong shape: {key} is {Shapes.Text(state[key])} in the state and {Shapes.Text(targets[key])} in the network"),
            ];
            throw new WeightsMismatchException(
                string.Join("\n  ", lines) + "\nRestore it into an average of the network that it was saved from.", missing, unexpected, misshapen);
        }

        TensorLists.Copy([.. targets.Values], [.. targets.Keys.Select(key => state[key])]);
    }
}
