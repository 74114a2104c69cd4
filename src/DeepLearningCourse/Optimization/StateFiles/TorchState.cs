using DeepLearningCourse.Models.Pickle;

namespace DeepLearningCourse.Optimization.StateFiles;

/// <summary>An optimizer's state as <c>torch.save(optimizer.state_dict(), path)</c> writes it, by itself or in a checkpoint.</summary>
internal static class TorchState
{
    private const string StateKey = "state";
    private const string GroupsKey = "param_groups";
    private const int MaxDepth = 3;
    private const int MaxVisits = 10_000;
    private const int MaxListed = 20;

    // The last is Lightning's, a list.
    private static readonly string[] UsualKeys =
        ["optimizer_state_dict", "optimizer_state", "optimizer", "optim_state_dict", "optim", "opt", "optimizer_states"];

    public static void Save(string path, OptimizerStateDict state) =>
        TorchFile.Write(path, ToPickle(state), new Dictionary<string, string>([StateFormats.Library]));

    /// <summary>A state as a part of a file.</summary>
    public static PickleDict ToPickle(OptimizerStateDict state)
    {
        PickleDict parameters = new();

        foreach (var (number, tensors) in state.State)
        {
            PickleDict saved = new();

            foreach (var (name, tensor) in tensors)
            {
                saved.Add(name, tensor);
            }

            parameters.Add((long)number, saved);
        }

        PickleDict whole = new();
        whole.Add(StateKey, parameters);
        whole.Add(GroupsKey, StateGroups.ToPickle(state));
        return whole;
    }

    public static OptimizerStateDict Load(string path, string? root)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        StateGroups? groups = null;
        StateEntries? entries = null;

        var tensors = TorchFile.Read(path, whole =>
        {
            var (state, saved) = Parts(Find(whole, root))!.Value;
            groups = new StateGroups(saved);
            entries = new StateEntries(state, groups);
            return entries.References;
        });

        return new OptimizerStateDict(entries!.Make(tensors), groups!.All);
    }

    private static object? Find(object? whole, string? root)
    {
        if (!string.IsNullOrEmpty(root))
        {
            var found = StateDict.Follow(whole, root);
            return Parts(found) is not null ? found : throw new PickleException($"its entry '{root}' is none, for it has no 'state' and 'param_groups'.{Choices(whole)}");
        }

        if (Parts(whole) is not null)
        {
            return whole;
        }

        var usual = StateDict.Entries(whole).Where(entry => UsualKeys.Contains(entry.Key)).Select(entry => AloneIn(entry.Value))
            .Where(value => Parts(value) is not null).Take(2).ToList();
        return usual.Count == 1 ? usual[0] : throw new PickleException(Problem(whole) + Choices(whole));
    }

    private static (PickleDict State, PickleList Groups)? Parts(object? value) =>
        value is PickleDict dict && Last(dict, StateKey) is PickleDict state && Last(dict, GroupsKey) is PickleList groups ? (state, groups) : null;

    /// <summary>A key that comes twice has its last value, as in Python.</summary>
    private static object? Last(PickleDict dict, string key) => dict.Entries.LastOrDefault(entry => entry.Key is string text && text == key).Value;

    private static object? AloneIn(object? value) => value is PickleList { Items.Count: 1 } list ? list.Items[0] : value;

    private static string Problem(object? whole) => StateDict.Entries(whole).Any(entry => entry.Value is TensorReference)
        ? "it holds weights. Load them with model.LoadWeights(path), and save the optimizer's state to a file of its own."
        : "it is no dict with 'state' and 'param_groups', as torch.save(optimizer.state_dict(), path) writes it.";

    private static string Choices(object? whole)
    {
        var visits = MaxVisits;
        var choices = Search(whole, "", MaxDepth, new(ReferenceEqualityComparer.Instance)).TakeWhile(_ => visits-- > 0).OfType<string>().Take(MaxListed).ToList();
        return choices.Count == 0
            ? ""
            : $" States of optimizers are in {string.Join(", ", choices.Select(choice => $"'{PickleRefusals.Short(choice)}'"))}: give the name of one as root.";
    }

    /// <summary>The paths of optimizers' states; null for each other value that was looked at, so that the search can be given up.</summary>
    private static IEnumerable<string?> Search(object? value, string path, int depth, HashSet<object> seen)
    {
        foreach (var (key, inner) in StateDict.Entries(value))
        {
            if (inner is null || !seen.Add(inner))
            {
                yield return null;
                continue;
            }

            var isState = Parts(inner) is not null;
            yield return isState ? path + key : null;

            foreach (var below in isState || depth == 1 ? [] : Search(inner, $"{path}{key}.", depth - 1, seen))
            {
                yield return below;
            }
        }
    }
}
