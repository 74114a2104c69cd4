using System.Text.Json;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>What Reference/make_optimizers.py recorded of PyTorch's optimizers.</summary>
internal static class OptimizerRecords
{
    private static readonly Lazy<JsonElement> Runs = new(() => Read("optimizers.json", "runs"));
    private static readonly Lazy<JsonElement> States = new(() => Read("optimizer_states.json", "states"));

    public static IEnumerable<string> Names => Runs.Value.EnumerateObject().Select(run => run.Name);

    public static IEnumerable<string> StateNames => States.Value.EnumerateObject().Select(run => run.Name);

    public static OptimizerRun Run(string name)
    {
        var run = Runs.Value.GetProperty(name);
        return new OptimizerRun(
            run.GetProperty("optimizer").GetString()!, Values(run.GetProperty("options")),
            run.TryGetProperty("batch", out var batch) ? batch.GetInt32() : 32,
            run.TryGetProperty("gaps", out var gaps) && gaps.GetBoolean(),
            run.TryGetProperty("group", out var group) ? Values(group) : null,
            [.. run.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble())]);
    }

    public static (string Kind, Dictionary<string, object?> Options, JsonElement State, JsonElement ParamGroups) State(string name)
    {
        var recorded = States.Value.GetProperty(name);
        return (recorded.GetProperty("optimizer").GetString()!, Values(recorded.GetProperty("options")), recorded.GetProperty("state"),
            recorded.GetProperty("param_groups"));
    }

    /// <summary>A value as a state dict has it.</summary>
    public static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        JsonValueKind.Array => value.EnumerateArray().Select(element => element.GetDouble()).ToList(),
        _ => value.GetBoolean(),
    };

    private static Dictionary<string, object?> Values(JsonElement values) => values.EnumerateObject().ToDictionary(value => value.Name, value => Value(value.Value));

    private static JsonElement Read(string file, string part)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Reference", file)));
        return document.RootElement.GetProperty(part).Clone();
    }
}
