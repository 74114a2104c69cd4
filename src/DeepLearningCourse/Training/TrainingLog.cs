using Microsoft.Extensions.Logging;

namespace DeepLearningCourse.Training;

/// <summary>The messages of a run for a log.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Message}")]
    public static partial void Warning(ILogger logger, string message);

    [LoggerMessage(2, LogLevel.Information, "Training of {Network} with {Parameters} parameters on {Device} begins: {Options}")]
    public static partial void Started(ILogger logger, string network, long parameters, string device, string options);

    [LoggerMessage(3, LogLevel.Information, "Training goes on in epoch {Epoch} after batch {Batch}, step {Step}, from {Path}")]
    public static partial void Resumed(ILogger logger, int epoch, int batch, long step, string path);

    [LoggerMessage(4, LogLevel.Debug, "Step {Step}: epoch {Epoch}, batch {Batch}, loss {Loss}, learning rate {LearningRate}")]
    public static partial void Stepped(ILogger logger, long step, int epoch, int batch, double loss, double learningRate);

    [LoggerMessage(5, LogLevel.Information, "Epoch {Epoch}/{Epochs}: loss {Loss}, {Figures}, {Seconds} s")]
    public static partial void EpochEnded(ILogger logger, int epoch, int epochs, double loss, string figures, double seconds);

    [LoggerMessage(6, LogLevel.Debug, "Checkpoint of step {Step} saved to {Path}")]
    public static partial void CheckpointSaved(ILogger logger, long step, string path);

    [LoggerMessage(7, LogLevel.Information, "Training ended ({StopReason}) after {Epochs} epochs and {Steps} steps, {Seconds} s")]
    public static partial void Ended(ILogger logger, StopReason stopReason, int epochs, long steps, double seconds);

    [LoggerMessage(8, LogLevel.Error, "Training failed in epoch {Epoch}, batch {Batch}, step {Step}")]
    public static partial void Failed(ILogger logger, Exception exception, int epoch, int batch, long step);
}
