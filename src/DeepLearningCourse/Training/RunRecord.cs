using System.Text.Json;
using System.Text.Json.Serialization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;

namespace DeepLearningCourse.Training;

/// <summary>What a checkpoint keeps of a run besides tensors, as JSON.</summary>
internal sealed record RunRecord
{
    /// <summary>What this version writes and reads.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public int Format { get; init; } = CurrentFormat;

    public string Library { get; init; } = "";

    public string Network { get; init; } = "";

    public int Epoch { get; init; }

    public int Batch { get; init; }

    public long Step { get; init; }

    public TimeSpan Elapsed { get; init; }

    public long LastValidatedStep { get; init; }

    public bool EpochAveraged { get; init; }

    /// <summary>Why the run is over for good; null if it can go on.</summary>
    public StopReason? Ended { get; init; }

    public int? Threads { get; init; }

    /// <summary>What torch's CUDA generator was seeded with when the checkpoint was written.</summary>
    public long? CudaSeed { get; init; }

    public TotalsRecord Totals { get; init; } = new();

    public DataLoaderState? Train { get; init; }

    public DataLoaderState? Validation { get; init; }

    public IReadOnlyList<PhaseRecord> Phases { get; init; } = [];

    public IReadOnlyList<EpochRecord> Epochs { get; init; } = [];

    public IReadOnlyList<ValidationRecord> Validations { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What must be the same for a run to go on as it was, as text by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Callbacks { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">It is no record.</exception>
    public static RunRecord FromJson(string json) => JsonSerializer.Deserialize<RunRecord>(json, Json) ?? throw new JsonException();

    /// <summary>What an epoch has added up.</summary>
    internal sealed record TotalsRecord(double LossSum = 0, long Samples = 0, long Steps = 0, double NormSum = 0, TimeSpan Elapsed = default)
    {
        /// <summary>What <see cref="LossSum"/> is to be divided by; null in older files, where it is the samples.</summary>
        public double? Weight { get; init; }

        public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

        public TimeSpan[] Times { get; init; } = [];
    }

    /// <summary>What belongs to an optimizer.</summary>
    internal sealed record PhaseRecord(string Name, string Optimizer, int Batches, double Weight, ScheduleState? Schedule, GradientScalerState? Scaler);

    /// <summary>An epoch of the history.</summary>
    internal sealed record EpochRecord(
        int Epoch, double TrainLoss, EvaluationRecord? Validation, TimeSpan Duration, long Steps, long Samples, IReadOnlyList<double> LearningRates, double? GradientNorm,
        IReadOnlyDictionary<string, double> Values, TimeSpan[] Times);

    /// <summary>An evaluation of the history.</summary>
    internal sealed record EvaluationRecord(double Loss, long Samples, long[][]? Matrix, IReadOnlyDictionary<string, double> Metrics);

    /// <summary>A validation of the history.</summary>
    internal sealed record ValidationRecord(long Step, int Epoch, EvaluationRecord Evaluation);
}
