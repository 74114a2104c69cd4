using System.Text.Json.Serialization;

namespace DeepLearningCourse.Hosting;

/// <summary>Where a run of the service stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainingRunState>))]
public enum TrainingRunState
{
    /// <summary>It waits for its turn: it is new, or the host stopped in the middle of it and it will go on from its checkpoint.</summary>
    Queued,

    /// <summary>It trains.</summary>
    Running,

    /// <summary>It trained to its end.</summary>
    Completed,

    /// <summary>An error ended it.</summary>
    Failed,

    /// <summary>Somebody stopped it with <see cref="ITrainingRuns.Stop"/>.</summary>
    Stopped,
}
