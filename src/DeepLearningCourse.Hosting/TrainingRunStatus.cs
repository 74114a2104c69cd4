using System.Text.Json.Serialization;
using DeepLearningCourse.Training;

namespace DeepLearningCourse.Hosting;

/// <summary>What is known of a run at a moment. It can be written as JSON.</summary>
/// <param name="Id">The run's name: that of the job and a number.</param>
/// <param name="Job">What was asked for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Folder">The folder of its checkpoints.</param>
/// <param name="QueuedAt">When it was asked for.</param>
public sealed record TrainingRunStatus(string Id, TrainingJob Job, TrainingRunState State, string Folder, DateTimeOffset QueuedAt)
{
    /// <summary>When it last began to train, or to train on; null if it never did.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How far it is; null before the first report of this process.</summary>
    public TrainingProgress? Progress { get; init; }

    /// <summary>What it did, for a run that ended in this process.</summary>
    [JsonIgnore]
    public TrainingHistory? History { get; init; }

    /// <summary>What it did in figures, for a run that ended, in this process or in one before.</summary>
    public TrainingSummary? Summary { get; init; }

    /// <summary>Why it failed, as a sentence; null if it did not.</summary>
    public string? Message { get; init; }

    /// <summary>Whether the run is over.</summary>
    [JsonIgnore]
    public bool IsEnded => State is TrainingRunState.Completed or TrainingRunState.Failed or TrainingRunState.Stopped;
}
