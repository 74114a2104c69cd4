using DeepLearningCourse.Training;

namespace DeepLearningCourse.TensorBoard;

/// <summary>What is said once of a run: the network, and what it was given.</summary>
internal sealed class RunTexts
{
    private readonly Dictionary<string, object> given;
    private readonly string? summary;

    /// <exception cref="ArgumentException">A value is no number, truth value or text.</exception>
    public RunTexts(IReadOnlyDictionary<string, object>? given, string? summary)
    {
        PluginValues.Require(given ?? new Dictionary<string, object>());
        (this.given, this.summary) = (new(given ?? new Dictionary<string, object>()), summary);
    }

    public void Write(TrainingRun run, EventWriter writer)
    {
        // Four spaces make Markdown leave the lines as they are, whatever is in them.
        var lines = (summary ?? run.Model.ToString() ?? run.Model.GetName()).ReplaceLineEndings("\n    ");
        writer.AddText("network", "    " + lines, run.Step);
        writer.AddHyperParameters(HyperParameters(run), EpochScalars.Compared(run.Options));
    }

    private Dictionary<string, object> HyperParameters(TrainingRun run)
    {
        var options = run.Options;
        Dictionary<string, object> all = new()
        {
            ["optimizer"] = NameOf(run.Optimizers[0].GetType()),
            ["learning_rate"] = run.LearningRates[0],
            ["epochs"] = options.Epochs,
            ["batches_per_step"] = options.BatchesPerStep,
            ["precision"] = options.Precision,
            ["schedule"] = options.Schedule?.State.Kind ?? "none",
        };
        AddIfSet(all, "seed", options.Seed);
        AddIfSet(all, "clip_norm", options.ClipNorm);
        AddIfSet(all, "clip_value", options.ClipValue);

        foreach (var (name, value) in given)
        {
            all[name] = value;
        }

        return all;
    }

    /// <summary>This library's optimizers differ in their options, TorchSharp's in their own names.</summary>
    private static string NameOf(Type optimizer) =>
        (optimizer.IsGenericType ? optimizer.GenericTypeArguments[0].Name : optimizer.Name).Replace("Options", "", StringComparison.Ordinal);

    private static void AddIfSet(Dictionary<string, object> all, string name, object? value)
    {
        if (value is not null)
        {
            all[name] = value;
        }
    }
}
