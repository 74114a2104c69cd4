using Microsoft.Extensions.Logging;

namespace DeepLearningCourse.Training;

/// <summary>The messages of a run for a log.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Message}")]
    public static partial void Warning(ILogger logger, string message);
}
