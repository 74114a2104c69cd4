using System.Globalization;
using System.Text.Json;
using DeepLearningCourse.Models.Formats;
using DeepLearningCourse.Models.Pickle;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.StateFiles;

/// <summary>An optimizer's state as safetensors: tensors <c>state.{number}.{name}</c>, and the groups as JSON in the metadata.</summary>
internal static class SafetensorsState
{
    private const string GroupsKey = "param_groups";

    // The numbers of all parameters that have a state: SGD without momentum has one without tensors.
    private const string NumbersKey = "state";
    private const string Prefix = "state.";

    public static void Save(string path, OptimizerStateDict state)
    {
        Dictionary<string, Tensor> tensors = [];

        foreach (var (number, entry) in state.State)
        {
            foreach (var (name, tensor) in entry)
            {
                tensors.Add(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}.{name}"), tensor);
            }
        }

        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string>([StateFormats.Library])
        {
            [GroupsKey] = GroupJson.Write(StateGroups.ToPickle(state)),
            [NumbersKey] = JsonSerializer.Serialize(state.State.Keys),
        });
    }

    public static OptimizerStateDict Load(string path)
    {
        using var scope = NewDisposeScope();
        using SafetensorsSource source = new(path);

        if (!source.Metadata.TryGetValue(GroupsKey, out var json))
        {
            throw new PickleException("it has no 'param_groups' and holds weights. Load them with model.LoadWeights(path), and save the optimizer's state to a file of its own.");
        }

        StateGroups groups = new(GroupJson.Read(json));
        var state = Numbers(source.Metadata.GetValueOrDefault(NumbersKey, "[]")).ToDictionary(groups.NumberOf, _ => new Dictionary<string, Tensor>());

        foreach (var key in source.Entries.Keys)
        {
            var (number, name) = Parse(key);
            var place = groups.NumberOf(number);
            _ = state.TryAdd(place, []);
            state[place].Add(name, source.Read(key));
        }

        foreach (var tensor in state.Values.SelectMany(entry => entry.Values))
        {
            _ = tensor.MoveToOuterDisposeScope();
        }

        return new OptimizerStateDict(state.ToDictionary(entry => entry.Key, entry => (IReadOnlyDictionary<string, Tensor>)entry.Value), groups.All);
    }

    private static HashSet<long> Numbers(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<HashSet<long>>(json) ?? [];
        }
        catch (JsonException exception)
        {
            throw new PickleException("its list of trained parameters is no JSON that this library wrote.", exception);
        }
    }

    private static (long Number, string Name) Parse(string key)
    {
        var dot = key.StartsWith(Prefix, StringComparison.Ordinal) ? key.IndexOf('.', Prefix.Length) : -1;

        // Only the usual text of a number: no two names for one tensor.
        return dot > 0 && long.TryParse(key[Prefix.Length..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && PickleDict.TextOf(number) == key[Prefix.Length..dot]
            ? (number, key[(dot + 1)..])
            : throw new PickleException($"its tensor '{PickleRefusals.Short(key)}' is none of an optimizer's, which are called state.0.exp_avg and the like.");
    }
}
