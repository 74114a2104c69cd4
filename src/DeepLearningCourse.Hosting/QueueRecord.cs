using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeepLearningCourse.Hosting;

/// <summary>What the queue's file keeps.</summary>
internal sealed record QueueRecord
{
    /// <summary>What this version writes and reads.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public required int Format { get; init; }

    public required IReadOnlyList<Run> Runs { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">It is no record.</exception>
    public static QueueRecord FromJson(string json)
    {
        var record = JsonSerializer.Deserialize<QueueRecord>(json, Json) ?? throw new JsonException("The file is empty.");
        return record.Runs.All(run => run is not null && JobCatalog.IsFolderName(run.Id)) ? record
            : throw new JsonException("It has a run whose id cannot be the name of a folder.");
    }

    /// <summary>A run, less what belongs to the process.</summary>
    internal sealed record Run(
        string Id, TrainingJob Job, TrainingRunState State, DateTimeOffset QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, TrainingSummary? Summary, string? Message)
    {
        public static Run Of(TrainingRunStatus run) => new(run.Id, run.Job, run.State, run.QueuedAt, run.StartedAt, run.EndedAt, run.Summary, run.Message);

        /// <summary>The run as a new process has it: one that was in the middle of it waits for its turn.</summary>
        public TrainingRunStatus Back(string folder) => new(Id, Job, State == TrainingRunState.Running ? TrainingRunState.Queued : State, folder, QueuedAt)
        {
            StartedAt = StartedAt,
            EndedAt = EndedAt,
            Summary = Summary,
            Message = Message,
        };
    }
}
