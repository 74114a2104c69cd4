using DeepLearningCourse.Training;

namespace DeepLearningCourse.TensorBoard;

/// <summary>The curves that have a point for a step.</summary>
internal static class StepScalars
{
    public static void Write(TrainingRun run, StepResult result, double? gradientNorm, double samplesPerSecond, EventWriter writer)
    {
        writer.AddScalar("loss/batch", result.Loss, run.Step);
        var rates = run.LearningRates;

        for (var group = 0; group < rates.Count; group++)
        {
            writer.AddScalar(rates.Count == 1 ? "optimizer/learning_rate" : FormattableString.Invariant($"optimizer/learning_rate_{group}"), rates[group], run.Step);
        }

        if (gradientNorm is { } norm)
        {
            writer.AddScalar("optimizer/gradient_norm", norm, run.Step);
        }

        if (double.IsFinite(samplesPerSecond))
        {
            writer.AddScalar("speed/samples_per_second", samplesPerSecond, run.Step);
        }
    }
}
