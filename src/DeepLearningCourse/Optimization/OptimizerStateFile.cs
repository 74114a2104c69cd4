using System.Globalization;
using System.Text.Json;
using DeepLearningCourse.Models;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>The state of an optimizer in a safetensors file: tensors named <c>state.0.exp_avg</c>, the groups as JSON in the metadata.</summary>
internal static class OptimizerStateFile
{
    private const string Prefix = "state.";
    private const string GroupsKey = "param_groups";

    public static void Write(OptimizerStateDict state, string path)
    {
        if (!path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"The state of an optimizer is saved as .safetensors, and the name is {Path.GetFileName(path)}.", nameof(path));
        }

        var tensors = state.State
            .SelectMany(parameter => parameter.Value.Select(entry => (Key: $"{Prefix}{parameter.Key}.{entry.Key}", entry.Value)))
            .ToDictionary(entry => entry.Key, entry => entry.Value);
        var groups = state.ParamGroups.Select(group => group.ToDictionary(entry => entry.Key, entry => Plain(entry.Value)));
        WeightFile.Write(path, tensors, new Dictionary<string, string> { [GroupsKey] = JsonSerializer.Serialize(groups) });
    }

    public static OptimizerStateDict Read(string path)
    {
        using var file = WeightFile.Open(path);

        if (!file.Metadata.TryGetValue(GroupsKey, out var groups))
        {
            throw new WeightFileException(path, "it has no param_groups: it is no state of an optimizer. Save one with optimizer.state_dict().Save(path).");
        }

        SortedDictionary<int, IReadOnlyDictionary<string, Tensor>> state = [];

        try
        {
            foreach (var name in file.Weights.Keys)
            {
                var (number, entry) = Parse(path, name);
                var tensors = state.TryGetValue(number, out var known) ? (Dictionary<string, Tensor>)known : [];

                // A copy: what the file maps would go with it.
                using var mapped = file.Read(name);
                tensors[entry] = mapped.clone();
                state[number] = tensors;
            }

            return new OptimizerStateDict(state, Groups(path, groups));
        }
        catch
        {
            foreach (var tensor in state.Values.SelectMany(tensors => tensors.Values))
            {
                tensor.Dispose();
            }

            throw;
        }
    }

    // Pairs are arrays of two, as in PyTorch's own JSON.
    private static object? Plain(object? value) => value is ValueTuple<double, double> pair ? new[] { pair.Item1, pair.Item2 } : value;

    private static (int Number, string Entry) Parse(string path, string name)
    {
        var parts = name.Split('.', 3);
        return parts is ["state", var number, { Length: > 0 } entry] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
            ? (parsed, entry)
            : throw new WeightFileException(path, $"'{name}' is no entry of an optimizer's state, such as '{Prefix}0.exp_avg'.");
    }

    private static List<IReadOnlyDictionary<string, object?>> Groups(string path, string json)
    {
        try
        {
            return [.. JsonSerializer.Deserialize<List<Dictionary<string, JsonElement>>>(json)!
                .Select(group => group.ToDictionary(entry => entry.Key, entry => Value(entry.Value)))];
        }
        catch (Exception exception) when (exception is JsonException or ArgumentNullException or NullReferenceException or FormatException or InvalidOperationException)
        {
            throw new WeightFileException(path, "its param_groups are no list of options by name.", exception);
        }
    }

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Array => element.EnumerateArray().Select(item => item.GetDouble()).ToList(),
        _ => throw new FormatException($"{element.ValueKind} in param_groups"),
    };
}
