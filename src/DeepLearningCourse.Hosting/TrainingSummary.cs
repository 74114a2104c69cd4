using System.Text.Json.Serialization;
using DeepLearningCourse.Training;

namespace DeepLearningCourse.Hosting;

/// <summary>A run's history in figures, which the queue's file keeps.</summary>
/// <param name="StopReason">Why it ended.</param>
/// <param name="Steps">The steps of the optimizer, those before it was resumed included.</param>
/// <param name="TrainLosses">The mean training loss of each epoch, one that the run ended in included.</param>
/// <param name="ValidationLosses">The mean validation loss of each epoch that was validated.</param>
/// <param name="Warnings">What a person should know of it: sentences.</param>
/// <param name="ResumedFrom">The checkpoint that it last went on from; null if it ran in one piece.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record TrainingSummary(
    [property: JsonConverter(typeof(JsonStringEnumConverter<StopReason>))] StopReason StopReason,
    long Steps, IReadOnlyList<double> TrainLosses, IReadOnlyList<double> ValidationLosses, IReadOnlyList<string> Warnings, string? ResumedFrom)
{
    internal static TrainingSummary Of(TrainingHistory history) => new(
        history.StopReason, history.Steps, history.TrainLosses, history.ValidationLosses, [.. history.Warnings], history.ResumedFrom);
}
