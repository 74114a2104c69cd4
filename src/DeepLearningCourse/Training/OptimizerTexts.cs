using System.Globalization;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Optimization.Scheduling;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What an optimizer was made from, as text.</summary>
internal static class OptimizerTexts
{
    private const string Rate = "lr";
    private const string InitialRate = "initial_lr";

    /// <summary>The optimizer by the name of its options, as <c>Adam</c>.</summary>
    public static string Kind(optim.Optimizer optimizer) => optimizer.GetType() is { IsGenericType: true } type
        ? type.GetGenericArguments()[0].Name.Replace("Options", "", StringComparison.Ordinal)
        : optimizer.GetType().Name;

    /// <summary>The options of each group under PyTorch's names.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Groups(optim.Optimizer optimizer) =>
        optimizer is Optimizer own ? [.. own.Groups.Select(Group)] : [];

    /// <summary>The network's names of the parameters, group by group.</summary>
    public static IReadOnlyList<string> Parameters(optim.Optimizer optimizer, nn.Module model)
    {
        Dictionary<nint, string> names = [];

        foreach (var (name, parameter) in model.named_parameters())
        {
            names.TryAdd(TensorIdentity.Of(parameter), name);
        }

        return [.. optimizer.parameters().Select(parameter => names.GetValueOrDefault(TensorIdentity.Of(parameter), "one of no layer"))];
    }

    /// <summary>What an optimizer was given and does not get, because a checkpoint has it otherwise.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="before">What the optimizer of the checkpoint was made with.</param>
    /// <param name="saved">What the checkpoint has, which may have changed since.</param>
    /// <param name="given">What this one was made with.</param>
    /// <param name="schedule">What changes rates and momenta; null if nothing does.</param>
    public static IEnumerable<string> Ignored(
        string path, IReadOnlyList<IReadOnlyDictionary<string, string>> before, OptimizerStateDict saved,
        IReadOnlyList<IReadOnlyDictionary<string, string>> given, ScheduleState? schedule)
    {
        for (var group = 0; group < given.Count; group++)
        {
            foreach (var (name, value) in given[group].Where(option => !IsScheduled(option.Key, schedule)))
            {
                var now = saved.ParamGroups[group].TryGetValue(name, out var kept) ? Text(kept) : value;

                if (value != now && value != before[group].GetValueOrDefault(name, value))
                {
                    var which = given.Count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} of group {group}");
                    yield return $"The optimizer was made with {which} {value}, and goes on with {now}, which is part of its state in {path}. {Advice(name, group)}";
                }
            }
        }
    }

    private static bool IsScheduled(string name, ScheduleState? schedule) =>
        schedule is not null && (name == Rate || (name is "momentum" or "betas" && schedule.Momenta.Count > 0));

    private static string Advice(string name, int group) => name == InitialRate
        ? "For a schedule from other rates begin a new run with the weights: model.LoadWeights(path)."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"To change it, set optimizer.Groups[{group}].{(name == Rate ? nameof(OptimizerGroup.LearningRate) : "Options")} ")
        + "in a callback's OnFitStarted, which comes after the checkpoint.";

    private static Dictionary<string, string> Group(OptimizerGroup group)
    {
        var texts = group.UntypedOptions.ToPyTorch().ToDictionary(option => option.Name, option => Text(option.Value));
        texts[Rate] = Text(group.LearningRate);

        if (RateGroups.IsKept(group))
        {
            texts[InitialRate] = Text(group.InitialLearningRate);
        }

        return texts;
    }

    private static string Text(object? value) => Optimization.Scheduling.OptionTexts.Text(value);
}
