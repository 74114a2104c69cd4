using DeepLearningCourse.Models.Pickle;

namespace DeepLearningCourse.Optimization.StateFiles;

/// <summary>The <c>param_groups</c> of a file, with the parameters numbered by their order, as <c>load_state_dict</c> goes by it.</summary>
/// <remarks>Python before 1.5 numbered the parameters by their addresses.</remarks>
internal sealed class StateGroups
{
    // PyTorch's own are words. A hostile file has one name of a megabyte at many places.
    private const int LongestName = 200;

    private readonly List<IReadOnlyDictionary<string, object?>> groups = [];
    private readonly Dictionary<long, int> numbers = [];

    /// <exception cref="PickleException">They are no groups of an optimizer.</exception>
    public StateGroups(PickleList saved)
    {
        PlainValues values = new();

        foreach (var item in saved.Items)
        {
            groups.Add(item is PickleDict group
                ? Group(group, values)
                : throw new PickleException($"group {groups.Count} of its 'param_groups' is no dict."));
        }
    }

    public IReadOnlyList<IReadOnlyDictionary<string, object?>> All => groups;

    /// <summary>The place of a parameter among all.</summary>
    /// <param name="number">What the file calls it.</param>
    public int NumberOf(long number) => numbers.TryGetValue(number, out var place) ? place : throw new PickleException(
        $"it has a state of the parameter {number}, which no group has.");

    /// <summary>The name of an option or of something that is kept for a parameter.</summary>
    public static string NameOf(object key) => key is string { Length: <= LongestName } name ? name : throw new PickleException(
        $"it has the key '{PickleRefusals.Short(key)}' where an optimizer has the name of an option or of a tensor.");

    /// <summary>The groups of a state, for the file.</summary>
    public static PickleList ToPickle(OptimizerStateDict state)
    {
        PickleList groups = new();

        foreach (var group in state.ParamGroups)
        {
            PickleDict saved = new();

            foreach (var (name, value) in group)
            {
                saved.Add(name, PlainValues.ToPickle(name, value));
            }

            groups.Add(saved);
        }

        return groups;
    }

    private Dictionary<string, object?> Group(PickleDict saved, PlainValues values)
    {
        Dictionary<string, object?> group = [];
        values.Count(saved.Entries.Count);

        foreach (var (key, value) in saved.Entries)
        {
            var name = NameOf(key);
            group[name] = name == "params" ? Places(value) : values.FromPickle(name, value);
        }

        return group.ContainsKey("params") ? group : throw new PickleException($"group {groups.Count} of its 'param_groups' does not say its 'params'.");
    }

    private List<int> Places(object? saved)
    {
        List<int> places = [];

        foreach (var item in (saved as PickleList)?.Items ?? throw new PickleException($"the 'params' of group {groups.Count} are no list."))
        {
            if (item is not long number || !numbers.TryAdd(number, numbers.Count))
            {
                throw new PickleException($"the 'params' of group {groups.Count} are not the numbers of one parameter each.");
            }

            places.Add(numbers[number]);
        }

        return places;
    }
}
