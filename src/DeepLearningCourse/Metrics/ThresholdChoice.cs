using System.Globalization;
using System.Text;
using DeepLearningCourse.Runtime.Display;

namespace DeepLearningCourse.Metrics;

/// <summary>The threshold that does best, and what all others do.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class ThresholdChoice : IHasHtml
{
    private const int RowsShown = 20;
    private readonly IReadOnlyList<double> values;
    private readonly int best;

    internal ThresholdChoice(IReadOnlyList<ThresholdPoint> table, IReadOnlyList<double> values, int best) => (Table, this.values, this.best) = (table, values, best);

    /// <summary>The threshold: a sample of this probability or a higher one counts as 1. Infinity if it is best that none does.</summary>
    public double Threshold => At.Threshold;

    /// <summary>What was made as large as it can be.</summary>
    public double Value => values[best];

    /// <summary>What the threshold does.</summary>
    public ThresholdPoint At => Table[best];

    /// <summary>All thresholds that make a difference, ascending: each probability that occurs, and infinity.</summary>
    public IReadOnlyList<ThresholdPoint> Table { get; }

    /// <summary>The value of each threshold of <see cref="Table"/>.</summary>
    public IReadOnlyList<double> Values => values;

    /// <summary>Some lines of the table, with a star at the best one.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("  threshold     value  precision    recall  accuracy");

        foreach (var i in RowsToShow())
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n{(i == best ? '*' : ' ')} {Number(Table[i].Threshold),9}  {Number(values[i]),8}  {Number(Table[i].Precision),9}  {Number(Table[i].Recall),8}  {Number(Table[i].Accuracy),8}");
        }

        return text.ToString();
    }

    /// <summary>The same lines for a page or a notebook.</summary>
    /// <returns>A table element of HTML that brings its own style.</returns>
    public string ToHtml() => HtmlTable.Of(
        ["", "threshold", "value", "precision", "recall", "accuracy"],
        RowsToShow().Select(i => new[]
        {
            i == best ? "*" : "", Number(Table[i].Threshold), Number(values[i]), Number(Table[i].Precision), Number(Table[i].Recall), Number(Table[i].Accuracy),
        }),
        column => column > 0);

    private IEnumerable<int> RowsToShow()
    {
        var every = Math.Max(1, (Table.Count + RowsShown - 1) / RowsShown);
        return Enumerable.Range(0, Table.Count).Where(i => i % every == 0 || i == best || i == Table.Count - 1);
    }

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "∞" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
