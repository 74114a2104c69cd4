using System.Globalization;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>What must be the same for a run to go on as it was and follows the run that goes on where it is not, as text by name.</summary>
internal static class OptionTexts
{
    public static Dictionary<string, string> Of(TrainerOptions options, nn.Module model, string? criterion)
    {
        Dictionary<string, string> texts = new()
        {
            [nameof(options.BatchesPerStep)] = Text(options.BatchesPerStep),
            [nameof(options.ClipNorm)] = Text(options.ClipNorm),
            [nameof(options.ClipValue)] = Text(options.ClipValue),
            [nameof(options.Precision)] = Text(options.Precision),
            [nameof(options.ScheduleEvery)] = Text(options.ScheduleEvery),
            [nameof(options.AverageEvery)] = Text(options.AverageEvery),
            [nameof(options.AverageFromEpoch)] = Text(options.AverageFromEpoch),
            [nameof(options.OverfitBatches)] = Text(options.OverfitBatches),
            [nameof(options.ValidateEveryEpochs)] = Text(options.ValidateEveryEpochs),
            [nameof(options.ValidateEverySteps)] = Text(options.ValidateEverySteps),
            [nameof(options.Threads)] = Text(options.Threads),
            [nameof(options.Seed)] = Text(options.Seed),
            [nameof(options.Deterministic)] = Text(options.Deterministic),
        };

        if (criterion is not null)
        {
            texts["the criterion"] = criterion;
        }

        var parameters = model.named_parameters().ToList();

        if (parameters.Count > 0)
        {
            texts["the device"] = Text(parameters[0].parameter.device_type);
            texts["the frozen parameters"] = Text(string.Join(" ", parameters.Where(entry => !entry.parameter.requires_grad).Select(entry => entry.name)));
        }

        return texts;
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "none";
}
