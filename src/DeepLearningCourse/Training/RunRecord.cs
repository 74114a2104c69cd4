using System.Text.Json;
using System.Text.Json.Serialization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Optimization;

namespace DeepLearningCourse.Training;

/// <summary>What a checkpoint keeps of a run besides tensors, as JSON.</summary>
internal sealed record RunRecord
{
    /// <summary>What this version writes and reads.</summary>
    /// <remarks>In format 1 a loader had one place alone, in <see cref="Train"/> and <see cref="Validation"/>, and sequences over loaders had none.</remarks>
    public const int CurrentFormat = 2;

    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public int Format { get; init; } = 1;

    public string Library { get; init; } = "";

    public string Network { get; init; } = "";

    /// <summary>The layers of the network as they are printed, by path; null in format 1.</summary>
    public IReadOnlyDictionary<string, string>? Layers { get; init; }

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

    /// <summary>Format 1: where the training loader was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataLoaderState? Train { get; init; }

    /// <summary>Format 1: where the validation loader was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataLoaderState? Validation { get; init; }

    public DataPlace? TrainPlace { get; init; }

    public DataPlace? ValidationPlace { get; init; }

    /// <summary>What <see cref="TrainerOptions.Average"/> was; null if there was none, or in format 1.</summary>
    public IReadOnlyDictionary<string, string>? Average { get; init; }

    public IReadOnlyList<PhaseRecord> Phases { get; init; } = [];

    public IReadOnlyList<EpochRecord> Epochs { get; init; } = [];

    public IReadOnlyList<ValidationRecord> Validations { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What must be the same for a run to go on as it was, as text by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Callbacks { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>All callbacks, those without a state too; null in format 1.</summary>
    public IReadOnlyList<string>? CallbackNames { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">It is no record.</exception>
    public static RunRecord FromJson(string json) => JsonSerializer.Deserialize<RunRecord>(json, Json) ?? throw new JsonException();

    /// <summary>What an epoch has added up.</summary>
    internal sealed record TotalsRecord(double LossSum = 0, long Samples = 0, long Steps = 0, double NormSum = 0, TimeSpan Elapsed = default)
    {
        /// <summary>What <see cref="LossSum"/> is to be divided by; null in older files, where it is the samples.</summary>
        public double? Weight { get; init; }

        public long SkippedSteps { get; init; }

        public IReadOnlyDictionary<string, double> PhaseLosses { get; init; } = new Dictionary<string, double>();

        public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

        public TimeSpan[] Times { get; init; } = [];
    }

    /// <summary>What belongs to an optimizer.</summary>
    internal sealed record PhaseRecord(string Name, string Optimizer, int Batches, double Weight, ScheduleState? Schedule, GradientScalerState? Scaler)
    {
        /// <summary>The options that the optimizer's groups were made with; null in format 1.</summary>
        public IReadOnlyList<IReadOnlyDictionary<string, string>>? Given { get; init; }

        /// <summary>The network's names of the optimizer's parameters; null in format 1.</summary>
        public IReadOnlyList<string>? Parameters { get; init; }
    }

    /// <summary>An epoch of the history.</summary>
    internal sealed record EpochRecord(
        int Epoch, double TrainLoss, EvaluationRecord? Validation, TimeSpan Duration, long Steps, long Samples, IReadOnlyList<double> LearningRates, double? GradientNorm,
        IReadOnlyDictionary<string, double> Values, TimeSpan[] Times)
    {
        public long SkippedSteps { get; init; }

        public IReadOnlyDictionary<string, double> PhaseLosses { get; init; } = new Dictionary<string, double>();
    }

    /// <summary>An evaluation of the history.</summary>
    internal sealed record EvaluationRecord(double Loss, long Samples, long[][]? Matrix, IReadOnlyDictionary<string, double> Metrics);

    /// <summary>A validation of the history.</summary>
    internal sealed record ValidationRecord(long Step, int Epoch, EvaluationRecord Evaluation);
}
