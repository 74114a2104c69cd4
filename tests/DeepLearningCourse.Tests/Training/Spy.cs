using DeepLearningCourse.Training;

namespace DeepLearningCourse.Tests.Training;

/// <summary>A callback that does what a test wants at some moments.</summary>
internal sealed class Spy : ITrainingCallback
{
    public string Name { get; init; } = nameof(Spy);

    public int Order { get; init; }

    public Action<TrainingRun>? EpochStarted { get; init; }

    public Action<TrainingRun, StepResult>? StepEnded { get; init; }

    public Action<TrainingRun, EpochResult>? EpochEnded { get; init; }

    public List<string> Log { get; init; } = [];

    public void OnFitStarted(TrainingRun run) => Log.Add($"{Name} fit started");

    public void OnEpochStarted(TrainingRun run)
    {
        Log.Add($"{Name} epoch {run.Epoch} started");
        EpochStarted?.Invoke(run);
    }

    public void OnGradientsReady(TrainingRun run) => Log.Add($"{Name} gradients");

    public void OnStepEnded(TrainingRun run, StepResult result)
    {
        Log.Add($"{Name} step {result.Step}");
        StepEnded?.Invoke(run, result);
    }

    public void OnValidationStarted(TrainingRun run) => Log.Add($"{Name} validation");

    public void OnValidated(TrainingRun run, Evaluation validation) => Log.Add($"{Name} validated");

    public void OnEpochEnded(TrainingRun run, EpochResult epoch)
    {
        Log.Add($"{Name} epoch {epoch.Epoch} ended");
        EpochEnded?.Invoke(run, epoch);
    }

    public void OnCheckpoint(TrainingRun run, CheckpointMoment moment) => Log.Add($"{Name} {moment}");

    public void OnFitEnded(TrainingRun run, TrainingHistory history) => Log.Add($"{Name} fit ended {history.StopReason}");

    public void OnFailed(TrainingRun run, Exception exception) => Log.Add($"{Name} failed {exception.GetType().Name}");
}
