using DeepLearningCourse.Training;

namespace DeepLearningCourse.TensorBoard;

/// <summary>The curves that have a point for an epoch or a validation.</summary>
internal static class EpochScalars
{
    public const string ValidationLoss = "loss/validation";
    private const string Accuracy = "accuracy";

    public static void Write(EpochResult epoch, EventWriter writer, long step)
    {
        writer.AddScalar("loss/train", epoch.TrainLoss, step);
        writer.AddScalar("epoch", epoch.Epoch, step);

        if (epoch.SkippedSteps > 0)
        {
            writer.AddScalar("skipped_steps", epoch.SkippedSteps, step);
        }

        foreach (var (name, value) in epoch.PhaseLosses)
        {
            writer.AddScalar("loss/train/" + name, value, step);
        }

        foreach (var (name, value) in epoch.Values)
        {
            writer.AddScalar("values/" + name, value, step);
        }
    }

    public static void WriteValidation(Evaluation validation, EventWriter writer, long step)
    {
        writer.AddScalar(ValidationLoss, validation.Loss, step);

        if (validation.Accuracy is { } accuracy && !validation.Metrics.ContainsKey(Accuracy))
        {
            writer.AddScalar(MetricTag(Accuracy), accuracy, step);
        }

        foreach (var (name, value) in validation.Metrics)
        {
            writer.AddScalar(MetricTag(name), value, step);
        }
    }

    /// <summary>The tags by which runs are compared.</summary>
    public static IReadOnlyList<string> Compared(TrainerOptions options) =>
        [.. options.Metrics.Select(metric => MetricTag(metric.Name)).Prepend(ValidationLoss).Append(MetricTag(Accuracy)).Append("loss/train").Distinct()];

    private static string MetricTag(string name) => "metrics/" + name;
}
