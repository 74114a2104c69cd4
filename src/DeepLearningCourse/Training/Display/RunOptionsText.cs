using System.Globalization;

namespace DeepLearningCourse.Training.Display;

/// <summary>The options of a run that are not as they are by themselves, in a line.</summary>
internal static class RunOptionsText
{
    public static string Of(TrainingRun run)
    {
        var options = run.Options;
        TrainerOptions usual = new();
        List<(string Name, object? Value, object? Usual)> all =
        [
            ("batches per epoch", run.BatchesPerEpoch, null),
            ("max steps", options.MaxSteps, usual.MaxSteps),
            ("max time", options.MaxTime, usual.MaxTime),
            ("seed", options.Seed, usual.Seed),
            ("deterministic", options.Deterministic, usual.Deterministic),
            ("overfit batches", options.OverfitBatches, usual.OverfitBatches),
            ("batches per step", options.BatchesPerStep, usual.BatchesPerStep),
            ("clip norm", options.ClipNorm, usual.ClipNorm),
            ("clip value", options.ClipValue, usual.ClipValue),
            ("precision", options.Precision, usual.Precision),
            ("schedule", options.Schedule?.GetType().Name, null),
            ("average", options.Average?.GetType().Name, null),
            ("threads", options.Threads, usual.Threads),
        ];
        return string.Join(", ", all.Where(option => !Equals(option.Value, option.Usual)).Select(option => Text(option.Name, option.Value))
            .Prepend(Text("optimizer", string.Join(" and ", run.Optimizers.Select(optimizer => Name(optimizer.GetType())))))
            .Prepend(Text("epochs", options.Epochs)));
    }

    // This library's optimizers are one class, of the options that say which it is.
    private static string Name(Type optimizer) => (optimizer.IsGenericType ? optimizer.GetGenericArguments()[0].Name : optimizer.Name).Replace("Options", "", StringComparison.Ordinal);

    private static string Text(string name, object? value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value}");
}
