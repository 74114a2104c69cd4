using DeepLearningCourse.Metrics;

namespace DeepLearningCourse.Training;

/// <summary>The history to a checkpoint's record and back.</summary>
internal static class HistoryRecords
{
    public static RunRecord.EpochRecord Of(EpochResult epoch) => new(
        epoch.Epoch, epoch.TrainLoss, epoch.Validation is null ? null : Of(epoch.Validation), epoch.Duration, epoch.Steps, epoch.Samples, epoch.LearningRates,
        epoch.GradientNorm, epoch.Values, epoch.Times.Parts)
    {
        SkippedSteps = epoch.SkippedSteps,
        PhaseLosses = epoch.PhaseLosses,
    };

    public static RunRecord.ValidationRecord Of(ValidationResult validation) => new(validation.Step, validation.Epoch, Of(validation.Evaluation));

    public static EpochResult Back(RunRecord.EpochRecord record) =>
        new(record.Epoch, record.TrainLoss, record.Validation is null ? null : Back(record.Validation), record.Duration)
        {
            Steps = record.Steps,
            SkippedSteps = record.SkippedSteps,
            Samples = record.Samples,
            LearningRates = record.LearningRates,
            GradientNorm = record.GradientNorm,
            PhaseLosses = record.PhaseLosses,
            Values = record.Values,
            Times = StepTimes.From(record.Times),
        };

    public static ValidationResult Back(RunRecord.ValidationRecord record) => new(record.Step, record.Epoch, Back(record.Evaluation));

    private static RunRecord.EvaluationRecord Of(Evaluation evaluation) =>
        new(evaluation.Loss, evaluation.Samples, evaluation.ConfusionMatrix is { } matrix ? Counts(matrix) : null, evaluation.Metrics);

    private static Evaluation Back(RunRecord.EvaluationRecord record) =>
        new(record.Loss, record.Samples, record.Matrix is null ? null : Matrix(record.Matrix)) { Metrics = record.Metrics };

    private static long[][] Counts(ConfusionMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Classes).Select(actual => Enumerable.Range(0, matrix.Classes).Select(predicted => matrix[actual, predicted]).ToArray())];

    private static ConfusionMatrix Matrix(long[][] counts)
    {
        ConfusionMatrix matrix = new(counts.Length);
        matrix.Read([.. counts.SelectMany(row => row)]);
        return matrix;
    }
}
