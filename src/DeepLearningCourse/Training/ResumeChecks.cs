using System.Globalization;
using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Printing;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Compares a checkpoint with the run that is to go on from it; the table is in <see cref="ResumeFrom"/>.</summary>
/// <param name="path">The checkpoint.</param>
/// <param name="record">What it has besides tensors. Format 1 lacks much of it, and is not compared in that.</param>
/// <param name="options">How the run trains.</param>
internal sealed class ResumeChecks(string path, RunRecord record, TrainerOptions options)
{
    /// <summary>The network's layers as they are printed, by path.</summary>
    public static Dictionary<string, string> Layers(nn.Module model) => model.named_modules()
        .Where(entry => !entry.module.named_children().Any())
        .DistinctBy(entry => entry.name)
        .ToDictionary(entry => entry.name, entry => LayerText.Of(entry.module));

    /// <summary>Phases, optimizers and schedules of the same kinds.</summary>
    public void RequireSamePhases(IReadOnlyList<string> names, IReadOnlyList<GradientStep> steps, nn.Module model)
    {
        if (!record.Phases.Select(phase => phase.Name).SequenceEqual(names))
        {
            throw Refused($"has the phases {string.Join(", ", record.Phases.Select(phase => phase.Name))}, and this trainer {string.Join(", ", names)}.");
        }

        foreach (var (saved, step) in record.Phases.Zip(steps))
        {
            var kind = OptimizerTexts.Kind(step.Optimizer);

            if (saved.Optimizer != kind)
            {
                throw Refused($"has the state of {saved.Optimizer}, and this trainer has {kind}. Give it the same optimizer.");
            }

            if (saved.Schedule?.Kind != step.Schedule?.State.Kind)
            {
                throw Refused($"has the schedule {saved.Schedule?.Kind ?? "none"}, and this trainer {step.Schedule?.State.Kind ?? "none"}. Give it the same.");
            }

            RequireSameParameters(saved, OptimizerTexts.Parameters(step.Optimizer, model));
        }
    }

    /// <summary>Weights in the same type of number: what is rounded on the way is another network.</summary>
    public void RequireSameTypes(nn.Module model, IReadOnlyDictionary<string, Tensor> saved)
    {
        foreach (var (name, tensor) in model.state_dict().Where(entry => entry.Value is not LazyParameter))
        {
            var before = saved[name].dtype;

            if (before != tensor.dtype)
            {
                throw Refused(
                    $"is of a network whose '{name}' is {before}, and here it is {tensor.dtype}. Call model.to(ScalarType.{before}) before the optimizer is made.");
            }
        }
    }

    /// <summary>An average where there was one, of the same kind.</summary>
    /// <param name="saved">Whether the checkpoint has averages.</param>
    public void RequireSameAverage(bool saved)
    {
        if (options.Average is null && saved)
        {
            var kind = record.Average is { } kept ? $" ({Text(kept)})" : "";
            throw Refused($"has averages of the weights{kind}, and TrainerOptions.Average is not set. Set it as it was, so that they are not lost.");
        }

        if (options.Average is { } average && record.Average is { } before && before["kind"] != average.Description["kind"])
        {
            throw Refused(
                $"has averages of the kind {Text(before)}, and TrainerOptions.Average is of the kind {Text(average.Description)}. Make it as it was.");
        }
    }

    /// <summary>What is otherwise than it was, and a person should know.</summary>
    public IEnumerable<string> Differences(nn.Module model, string? criterion, bool averages)
    {
        var changed = Changed(record.Options, OptionTexts.Of(options, model, criterion)).ToLookup(change => change.Name == nameof(options.Seed));
        List<(string Name, string Before, string Now)> found =
        [
            .. changed[false],
            .. Changed(record.Average, options.Average?.Description).Select(change => change with { Name = $"the average's {change.Name}" }),
            .. record.Layers is { } layers ? ChangedLayers(layers, Layers(model)) : [],
        ];

        if (record.Network != model.GetType().Name)
        {
            found.Insert(0, ("the network", record.Network, model.GetType().Name));
        }

        foreach (var (name, before, now) in found)
        {
            yield return $"The run went on from {path}, which was trained with {name} {before}, with {name} {now}.";
        }

        foreach (var (_, before, now) in changed[true])
        {
            yield return $"TrainerOptions.Seed is {now}, and {path} is of a run that began with {before}: "
                + "a run that goes on takes the checkpoint's random numbers, and no seed.";
        }

        if (options.Average is not null && !averages)
        {
            yield return $"{path} has no averages of the weights: TrainerOptions.Average begins with what comes after it.";
        }
    }

    /// <summary>Limits that the run is past already.</summary>
    public IEnumerable<string> Limits()
    {
        var begun = record.Batch > 0 ? record.Epoch : record.Epoch - 1;

        if (begun > options.Epochs)
        {
            yield return Text($"{path} is in epoch {begun}, and TrainerOptions.Epochs is {options.Epochs}: there is nothing left to train.");
        }

        if (record.Step > options.MaxSteps)
        {
            yield return Text($"{path} is at step {record.Step}, and TrainerOptions.MaxSteps is {options.MaxSteps}: there is nothing left to train.");
        }
    }

    /// <summary>Callbacks whose state has nowhere to go, or who have none to go on from. The files of a <see cref="Callbacks.Checkpoint"/> are where they are.</summary>
    public IEnumerable<string> OtherCallbacks(CallbackList callbacks)
    {
        var here = callbacks.Named().ToList();
        var gone = record.Callbacks.Keys.Except(here.Select(entry => entry.Name));

        foreach (var name in gone.Where(name => !name.StartsWith(nameof(Callbacks.Checkpoint), StringComparison.Ordinal)))
        {
            yield return $"{path} has the state of the callback {name}, and TrainerOptions.Callbacks has none of that name: what it counted is not kept.";
        }

        foreach (var (name, callback) in here.Where(entry => entry.Callback is not Callbacks.Checkpoint))
        {
            if (record.CallbackNames?.Contains(name) == false && callback.State is not null)
            {
                yield return $"{path} has no state of the callback {name}, which the run before did not have: it begins to count here.";
            }
        }
    }

    private void RequireSameParameters(RunRecord.PhaseRecord saved, IReadOnlyList<string> now)
    {
        // Where there are more or fewer, the state itself says so.
        for (var i = 0; i < now.Count && saved.Parameters?.Count == now.Count; i++)
        {
            if (saved.Parameters[i] != now[i])
            {
                throw Refused(Text(
                    $"has the state of an optimizer whose parameter {i} is {saved.Parameters[i]}, and here it is {now[i]}. Make it from the same parameters in the same order."));
            }
        }
    }

    private static IEnumerable<(string Name, string Before, string Now)> Changed(
        IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string>? now) => before is null || now is null
        ? []
        : before.Where(entry => now.TryGetValue(entry.Key, out var value) && value != entry.Value).Select(entry => (entry.Key, entry.Value, now[entry.Key]));

    private static IEnumerable<(string Name, string Before, string Now)> ChangedLayers(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) => before.Keys.Union(now.Keys)
        .Select(name => (Name: $"layer '{name}'", Before: before.GetValueOrDefault(name, "none"), Now: now.GetValueOrDefault(name, "none")))
        .Where(change => change.Before != change.Now);

    private static string Text(IReadOnlyDictionary<string, string> average) =>
        string.Join(", ", average.Select(entry => entry.Key == "kind" ? entry.Value : $"{entry.Key} {entry.Value}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private CheckpointException Refused(string problem) => new(path, problem, isDamaged: false);
}
