namespace DeepLearningCourse.Metrics.Counting;

/// <summary>How many yes's and no's have at least a score, for each score that occurs, from the highest on.</summary>
internal sealed class Ranking
{
    private readonly List<double> thresholds = [];
    private readonly List<long> falsePositives = [];
    private readonly List<long> truePositives = [];

    /// <param name="scores">The scores; their order is lost.</param>
    /// <param name="yes">Whether each is of a yes, 1 or 0.</param>
    public Ranking(double[] scores, int[] yes)
    {
        Array.Sort(scores, yes);
        var (no, found) = (0L, 0L);
        for (var i = scores.Length - 1; i >= 0; i--)
        {
            found += yes[i];
            no += 1 - yes[i];

            // Equal scores cannot be told apart by a threshold: they are one step.
            if (i == 0 || scores[i - 1] != scores[i])
            {
                thresholds.Add(scores[i]);
                falsePositives.Add(no);
                truePositives.Add(found);
            }
        }

        (Positives, Negatives) = (found, no);
    }

    public long Positives { get; }

    public long Negatives { get; }

    /// <summary>The area under the ROC curve by trapezoids; NaN where only one answer occurs.</summary>
    public double RocArea()
    {
        var (area, lastNo, lastYes) = (0.0, 0L, 0L);
        for (var i = 0; i < thresholds.Count; i++)
        {
            area += (falsePositives[i] - lastNo) * (double)(truePositives[i] + lastYes) / 2;
            (lastNo, lastYes) = (falsePositives[i], truePositives[i]);
        }

        return Positives == 0 || Negatives == 0 ? double.NaN : area / Positives / Negatives;
    }

    /// <summary>The mean precision, weighted by how much recall grows; 0 where no yes occurs.</summary>
    public double AveragePrecision()
    {
        var (sum, last) = (0.0, 0L);
        for (var i = 0; i < thresholds.Count; i++)
        {
            sum += (truePositives[i] - last) * Precision(i);
            last = truePositives[i];
        }

        return Positives == 0 ? 0 : sum / Positives;
    }

    public RocCurve RocCurve()
    {
        List<int> corners = [.. Enumerable.Range(0, thresholds.Count).Where(IsCorner)];
        return new RocCurve(
            [0.0 / Negatives, .. corners.Select(i => (double)falsePositives[i] / Negatives)],
            [0.0 / Positives, .. corners.Select(i => (double)truePositives[i] / Positives)],
            [double.PositiveInfinity, .. corners.Select(i => thresholds[i])]);
    }

    public PrecisionRecallCurve PrecisionRecallCurve()
    {
        List<int> rising = [.. Enumerable.Range(0, thresholds.Count).Reverse()];
        return new PrecisionRecallCurve(
            [.. rising.Select(Precision), 1],
            [.. rising.Select(i => Positives == 0 ? 1 : (double)truePositives[i] / Positives), 0],
            [.. rising.Select(i => thresholds[i])]);
    }

    private double Precision(int i) => (double)truePositives[i] / (truePositives[i] + falsePositives[i]);

    private bool IsCorner(int i) =>
        i == 0 || i == thresholds.Count - 1
        || Bends(falsePositives, i) || Bends(truePositives, i);

    private static bool Bends(List<long> counts, int i) => counts[i + 1] - counts[i] != counts[i] - counts[i - 1];
}
