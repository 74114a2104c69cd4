using System.Globalization;
using DeepLearningCourse.Models.Summaries;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>What <see cref="Trainer{TBatch}.FindBatchSize"/> found.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class BatchSizeFinding : IHasHtml
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

    private static string[] Headers => ["batch", "samples/s", "memory", ""];

    private string Conclusion => Largest is null
        ? $"No size fits into {Megabytes(MemoryLimit)}."
        : string.Create(CultureInfo.InvariantCulture, $"The largest is {Largest}, the fastest {Fastest}.");

    /// <summary>A table with a line for each size.</summary>
    public override string ToString() => string.Join('\n', [.. TextTable.Of([Headers, .. Rows()], IsNumber).Lines, Conclusion]);

    /// <summary>The same table for a page or a notebook.</summary>
    /// <returns>HTML that brings its own style: a table and a sentence in a div element.</returns>
    public string ToHtml() => $"<div>\n{HtmlTable.Of(Headers, Rows(), IsNumber)}\n{HtmlText.Paragraph(Conclusion)}\n</div>";

    private static bool IsNumber(int column) => column < 3;

    private IEnumerable<string[]> Rows() => trials.Select(trial => new[]
    {
        trial.BatchSize.ToString(CultureInfo.InvariantCulture),
        trial.SamplesPerSecond?.ToString("0", CultureInfo.InvariantCulture) ?? "",
        trial.Outcome == BatchSizeOutcome.TooFewSamples ? "" : Megabytes(trial.Memory),
        Sentence(trial.Outcome),
    });

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0} MiB");

    private static string Sentence(BatchSizeOutcome outcome) => outcome switch
    {
        BatchSizeOutcome.OutOfMemory => "no memory left",
        BatchSizeOutcome.NotTried => "not tried: it would come over the limit",
        BatchSizeOutcome.TooFewSamples => "the data has fewer samples",
        _ => "",
    };
}
