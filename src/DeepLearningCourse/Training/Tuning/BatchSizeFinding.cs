using System.Globalization;
using System.Text;
using DeepLearningCourse.Models.Summaries;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>What <see cref="Trainer{TBatch}.FindBatchSize"/> found.</summary>
public sealed class BatchSizeFinding
{
    private readonly List<BatchSizeTrial> trials;

    internal BatchSizeFinding(IEnumerable<BatchSizeTrial> trials, long memoryLimit)
    {
        this.trials = [.. trials.OrderBy(trial => trial.BatchSize)];
        MemoryLimit = memoryLimit;
    }

    /// <summary>The sizes, ascending.</summary>
    public IReadOnlyList<BatchSizeTrial> Trials => trials;

    /// <summary>How many bytes of main memory the process was allowed.</summary>
    public long MemoryLimit { get; }

    /// <summary>The largest size that fits; null if none does.</summary>
    public int? Largest => Fitting.LastOrDefault()?.BatchSize;

    /// <summary>The size that trains most samples a second; null if none fits. A larger one also makes fewer steps of an epoch, and may need a larger rate.</summary>
    public int? Fastest => Fitting.MaxBy(trial => trial.SamplesPerSecond)?.BatchSize;

    private IEnumerable<BatchSizeTrial> Fitting => trials.Where(trial => trial.Outcome == BatchSizeOutcome.Fits);

    /// <summary>A table with a line for each size.</summary>
    public override string ToString()
    {
        List<string[]> rows = [["batch", "samples/s", "memory", ""]];
        rows.AddRange(trials.Select(trial => new[]
        {
            trial.BatchSize.ToString(CultureInfo.InvariantCulture),
            trial.SamplesPerSecond?.ToString("0", CultureInfo.InvariantCulture) ?? "",
            trial.Outcome == BatchSizeOutcome.TooFewSamples ? "" : Megabytes(trial.Memory),
            Sentence(trial.Outcome),
        }));
        var text = new StringBuilder().AppendJoin('\n', TextTable.Of(rows, column => column < 3).Lines);
        return text.Append(Largest is null
            ? $"\nNo size fits into {Megabytes(MemoryLimit)}."
            : string.Create(CultureInfo.InvariantCulture, $"\nThe largest is {Largest}, the fastest {Fastest}.")).ToString();
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0} MiB");

    private static string Sentence(BatchSizeOutcome outcome) => outcome switch
    {
        BatchSizeOutcome.OutOfMemory => "no memory left",
        BatchSizeOutcome.NotTried => "not tried: it would come over the limit",
        BatchSizeOutcome.TooFewSamples => "the data has fewer samples",
        _ => "",
    };
}
