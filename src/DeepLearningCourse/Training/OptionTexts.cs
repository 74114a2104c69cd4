using System.Globalization;

namespace DeepLearningCourse.Training;

/// <summary>The options that must be the same for a run to go on as it was, as text by name.</summary>
internal static class OptionTexts
{
    public static Dictionary<string, string> Of(TrainerOptions options) => new()
    {
        [nameof(options.BatchesPerStep)] = Text(options.BatchesPerStep),
        [nameof(options.ClipNorm)] = Text(options.ClipNorm),
        [nameof(options.ClipValue)] = Text(options.ClipValue),
        [nameof(options.Precision)] = Text(options.Precision),
        [nameof(options.ScheduleEvery)] = Text(options.ScheduleEvery),
        [nameof(options.AverageEvery)] = Text(options.AverageEvery),
        [nameof(options.AverageFromEpoch)] = Text(options.AverageFromEpoch),
        [nameof(options.OverfitBatches)] = Text(options.OverfitBatches),
        [nameof(options.Seed)] = Text(options.Seed),
        [nameof(options.Deterministic)] = Text(options.Deterministic),
    };

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "none";
}
