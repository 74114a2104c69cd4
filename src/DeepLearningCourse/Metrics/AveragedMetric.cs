using DeepLearningCourse.Metrics.Counting;

namespace DeepLearningCourse.Metrics;

/// <summary>What precision, recall and F1 have in common: a score per class, and ways to make one number of them.</summary>
/// <remarks>A score that is 0 divided by 0 counts as 0, as scikit-learn's default <c>zero_division</c> does. Classes that are neither true nor
/// predicted anywhere do not enter averages; the labels of multi-label samples all do.</remarks>
public abstract class AveragedMetric : ClassificationMetric
{
    private protected AveragedMetric(string name, Averaging average, double threshold, int? classes, long ignoreIndex)
        : base(threshold, average == Averaging.Binary ? classes ?? 2 : classes, ignoreIndex)
    {
        Average = Enum.IsDefined(average)
            ? average
            : throw new ArgumentOutOfRangeException(nameof(average), average, "Choose Binary, Micro, Macro or Weighted.");
        if (average == Averaging.Binary && classes > 2)
        {
            throw new ArgumentException($"{nameof(Averaging)}.{nameof(Averaging.Binary)} is for 2 classes. Choose Macro, Micro or Weighted.", nameof(average));
        }

        Name = Naming.WithAverage(name, average);
    }

    /// <summary>How the classes' scores become one.</summary>
    public Averaging Average { get; }

    /// <summary>The score of each class, or of each label of multi-label samples; empty before the first sample if the number of classes was not given.</summary>
    public IReadOnlyList<double> PerClass
    {
        get
        {
            var scores = new double[Counts.Hits.Length];
            for (var c = 0; c < scores.Length; c++)
            {
                scores[c] = Score(Counts.Hits[c], Counts.Predicted[c], Counts.Actual[c]);
            }

            return scores;
        }
    }

    /// <inheritdoc/>
    public override double Value => Counts.Total == 0 ? double.NaN : Average switch
    {
        Averaging.Binary => PerClass[1],
        Averaging.Micro => Score(Sum(Counts.Hits), Sum(Counts.Predicted), Sum(Counts.Actual)),
        Averaging.Macro => Mean((predicted, actual) => Counts.MultiLabel || predicted + actual > 0 ? 1 : 0),
        _ => Mean((_, actual) => actual),
    };

    private protected override string Options => $"{base.Options}, average {Average}";

    /// <summary>The score of a class that was right so often, predicted so often and true so often.</summary>
    private protected abstract double Score(long hits, long predicted, long actual);

    private protected static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;

    private protected override void Require(LabelBatch batch)
    {
        if (Average == Averaging.Binary && (batch.MultiLabel || batch.Columns > 2))
        {
            var found = batch.MultiLabel ? $"these samples have {batch.Columns} labels each" : $"these predictions are of {batch.Columns} classes";
            throw new ArgumentException(
                $"'{Name}' is for one yes-or-no question, and {found}. Choose an average for them, for example new {GetType().Name}({nameof(Averaging)}.{nameof(Averaging.Macro)}).");
        }
    }

    private double Mean(Func<long, long, long> weight)
    {
        var scores = PerClass;
        var (sum, weights) = (0.0, 0L);
        for (var c = 0; c < scores.Count; c++)
        {
            var w = weight(Counts.Predicted[c], Counts.Actual[c]);
            sum += w * scores[c];
            weights += w;
        }

        return Ratio(sum, weights);
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
