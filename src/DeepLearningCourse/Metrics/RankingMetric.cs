using DeepLearningCourse.Metrics.Counting;
using static TorchSharp.torch;

namespace DeepLearningCourse.Metrics;

/// <summary>What the metrics have in common that look at every threshold: they keep the scores and targets of all samples.</summary>
/// <remarks>
/// <para>Predictions are scores or probabilities: <c>[batch]</c> or <c>[batch, 1, ...]</c> of yes, <c>[batch, classes, ...]</c> of classes, each of which is
/// then judged against all others, or <c>[batch, labels, ...]</c> of labels. Two classes are one yes-or-no question, of class 1.</para>
/// <para>Memory grows with the samples, by 8 bytes a score.</para>
/// </remarks>
public abstract class RankingMetric : Metric
{
    private readonly long ignoreIndex;

    private protected RankingMetric(string name, Averaging average, long ignoreIndex)
    {
        Average = Enum.IsDefined(average)
            ? average
            : throw new ArgumentOutOfRangeException(nameof(average), average, "Choose Binary, Micro, Macro or Weighted.");
        this.ignoreIndex = ignoreIndex;
        Table = new ScoreTable(average == Averaging.Binary, ignoreIndex);
        Name = Naming.WithAverage(name, average);
    }

    /// <summary>How the scores of several classes become one.</summary>
    public Averaging Average { get; }

    /// <summary>The metric of each class against all others, or of each label; one for a yes-or-no question; empty before the first sample.</summary>
    public IReadOnlyList<double> PerClass => [.. Enumerable.Range(0, Table.Columns).Select(c => Score(Table.Ranked(c)))];

    /// <inheritdoc/>
    public override double Value =>
        Table.Samples == 0 ? double.NaN
        : Average == Averaging.Micro ? Score(Table.RankedTogether())
        : Average == Averaging.Weighted && Table.Columns > 1 ? Weighted()
        : PerClass.Average();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[]> State => Table.Write();

    private protected ScoreTable Table { get; }

    private protected override string Options => $"average {Average}, ignoreIndex {ignoreIndex}";

    /// <inheritdoc/>
    public override void Add(Tensor predictions, Tensor targets)
    {
        using var scope = NewDisposeScope();
        Table.Add(predictions, targets);
    }

    /// <inheritdoc/>
    public override void Reset() => Table.Reset();

    /// <inheritdoc/>
    public override void Merge(Metric other) => Table.Merge(Mergeable<RankingMetric>(other).Table);

    /// <inheritdoc/>
    public override void Restore(IReadOnlyDictionary<string, double[]> state) => Table.Read(new MetricState(state));

    private protected abstract double Score(Ranking ranking);

    /// <summary>The ranking of one class or label, which may be left open for a yes-or-no question.</summary>
    private protected Ranking RankingOf(int? index) =>
        Table.Samples == 0 ? throw new InvalidOperationException($"'{Name}' has no samples yet, so there is no curve: call Add first.")
        : Table.Columns == 1 && index is null or 1 ? Table.Ranked(0)
        : Table.Columns > 1 && index >= 0 && index < Table.Columns ? Table.Ranked(index.Value)
        : throw new ArgumentOutOfRangeException(nameof(index), index, Table.Columns == 1
            ? "A yes-or-no question has one curve, of class 1."
            : $"There is a curve for each of {Table.Columns} classes or labels: give a number from 0 to {Table.Columns - 1}.");

    // Classes that never occur have no weight, even if their score is not defined.
    private double Weighted()
    {
        var rankings = Enumerable.Range(0, Table.Columns).Select(Table.Ranked).Where(ranking => ranking.Positives > 0).ToList();
        var weights = rankings.Sum(ranking => ranking.Positives);
        return weights == 0 ? 0 : rankings.Sum(ranking => ranking.Positives * Score(ranking)) / weights;
    }
}
